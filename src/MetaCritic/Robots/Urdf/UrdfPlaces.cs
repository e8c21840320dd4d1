using System.Globalization;

namespace MetaCritic.Robots;

/// <summary>Where the parts of a robot stand in a URDF document.</summary>
/// <param name="source">The document's name.</param>
internal sealed class UrdfPlaces(string source) : RobotPlaces
{
    private readonly Dictionary<(bool IsLink, int Index, RobotPart Part), (int Line, string Element)> _places = [];
    private string? _robot;

    /// <summary>Whether we wrote the document: it may hold a changed robot.</summary>
    public bool IsOurs { get; set; }

    /// <inheritdoc/>
    public override bool AllowsInertiaWithoutMass => true;

    /// <summary>A place in the document.</summary>
    public string At(int line, string element) => $"{source}, line {line.ToString(CultureInfo.InvariantCulture)}, {element}";

    /// <summary>Remembers where the robot stands.</summary>
    public void SetRobot(int line, string element) => _robot = At(line, element);

    /// <summary>Remembers where a part of a link stands.</summary>
    public void SetLink(int index, RobotPart part, int line, string element) => _places[(true, index, part)] = (line, element);

    /// <summary>Remembers where a part of a joint stands.</summary>
    public void SetJoint(int index, RobotPart part, int line, string element) => _places[(false, index, part)] = (line, element);

    /// <summary>Joints that could not be read whole, so that nothing more can be said about them.</summary>
    public HashSet<int> Incomplete { get; } = [];

    /// <inheritdoc/>
    public override bool IsIncomplete(int joint) => Incomplete.Contains(joint);

    /// <inheritdoc/>
    public override string OfRobot() => _robot ?? source;

    /// <inheritdoc/>
    public override string OfGravity() => OfRobot();

    /// <inheritdoc/>
    public override string OfPayload() => OfRobot();

    /// <inheritdoc/>
    public override string OfEndEffector() => OfRobot();

    /// <inheritdoc/>
    public override string OfLink(int index, RobotPart part = RobotPart.Itself) => Of(isLink: true, index, part);

    /// <inheritdoc/>
    public override string OfJoint(int index, RobotPart part = RobotPart.Itself) => Of(isLink: false, index, part);

    private string Of(bool isLink, int index, RobotPart part)
    {
        if (!_places.TryGetValue((isLink, index, part), out (int Line, string Element) place))
        {
            // Names and types are attributes of the element itself.
            place = _places[(isLink, index, RobotPart.Itself)];
        }

        return At(place.Line, place.Element);
    }
}
