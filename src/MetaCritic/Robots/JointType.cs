namespace MetaCritic.Robots;

/// <summary>How a joint moves.</summary>
public enum JointType
{
    /// <summary>Not at all: the two links are one body.</summary>
    Fixed,

    /// <summary>Turns about its axis, between limits; position in rad.</summary>
    Revolute,

    /// <summary>Turns about its axis without limits; position in rad.</summary>
    Continuous,

    /// <summary>Slides along its axis; position in m.</summary>
    Prismatic,
}
