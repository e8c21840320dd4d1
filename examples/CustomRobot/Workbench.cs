using MetaCritic.Dynamics;

/// <summary>
/// The arm on the workbench, as a program would see a machine: motors that follow their commands with a lag, and encoders with
/// 4096 counts per turn. The critic was meta-trained on a model that knows of neither.
/// </summary>
internal sealed class Workbench(IEnvironment arm) : IEnvironment
{
    private const double Lag = 0.2;
    private const double Count = 2 * Math.PI / 4096;

    private readonly double[] _torques = new double[arm.ActionSize * arm.Count];

    int IEnvironment.Count => arm.Count;

    public int StateSize => arm.StateSize;

    public int ActionSize => arm.ActionSize;

    public void Reset(Span<double> states)
    {
        Array.Clear(_torques);
        arm.Reset(states);
        Measure(states);
    }

    public void Step(ReadOnlySpan<double> actions, Span<double> states)
    {
        for (int i = 0; i < _torques.Length; i++)
        {
            _torques[i] = (Lag * _torques[i]) + ((1 - Lag) * actions[i]);
        }

        arm.Step(_torques, states);
        Measure(states);
    }

    // Positions stand before velocities, component by component.
    private static void Measure(Span<double> states)
    {
        foreach (ref double position in states[..(states.Length / 2)])
        {
            position = Count * Math.Round(position / Count);
        }
    }
}
