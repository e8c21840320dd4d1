namespace MetaCritic.Learning;

/// <summary>A range from which a parameter of the robot is drawn, evenly.</summary>
/// <param name="Parameter">The parameter's name, such as <c>iiwa_link_7.mass</c>.</param>
/// <param name="Low">Least value, in the parameter's unit.</param>
/// <param name="High">Greatest value.</param>
public sealed record ParameterSpread(string Parameter, double Low, double High);
