namespace MetaCritic.Export;

/// <summary>An input or output of an exported model.</summary>
/// <param name="Name">Its name: state, action, goal; action, torque, score, next_state.</param>
/// <param name="Components">Its components, in order.</param>
public sealed record ExportedValue(string Name, IReadOnlyList<ExportedComponent> Components)
{
    /// <summary>Number of components.</summary>
    public int Size => Components.Count;
}

/// <summary>A component of an input or output.</summary>
/// <param name="Name">What it is, for example <c>iiwa_joint_1 position</c>.</param>
/// <param name="Unit">Its unit; empty if it is not known or there is none.</param>
/// <param name="Low">Lower end of the range in which an input usually is; NaN for an output.</param>
/// <param name="High">Upper end of that range.</param>
public sealed record ExportedComponent(string Name, string Unit, double Low = double.NaN, double High = double.NaN);
