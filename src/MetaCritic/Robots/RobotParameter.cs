namespace MetaCritic.Robots;

/// <summary>A parameter of a robot that <see cref="RobotModel.With(string, double)"/> can change.</summary>
/// <param name="Name">Its name, such as <c>arm1.mass</c>.</param>
/// <param name="Unit">Its unit; empty for a factor.</param>
/// <param name="Value">Its present value; +∞ for a speed or effort limit that there is not.</param>
/// <param name="Description">What it is, in one sentence.</param>
public sealed record RobotParameter(string Name, string Unit, double Value, string Description);
