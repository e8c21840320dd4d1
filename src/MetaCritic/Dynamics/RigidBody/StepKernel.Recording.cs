using MetaCritic.Dynamics.Recording;

namespace MetaCritic.Dynamics.RigidBody;

/// <content>
/// A step as a program, with T = <see cref="RecordedLane"/>: what it computes is written down instead, once for all integrator steps, and once for
/// all passes that look for saturated drives.
/// </content>
internal readonly unsafe ref partial struct StepKernel<T>
{
    /// <summary>Replaces <see cref="State"/>, as <see cref="Step"/> does.</summary>
    public void Record()
    {
        Follow();
        if (_substeps == 1)
        {
            Integrate(State);
            return;
        }

        Recorder.Current.BeginLoop(_substeps, ((nint)State, 2 * _bodies.Length));
        Follow();
        Integrate(State);
        Recorder.Current.EndLoop();
    }

    // Where no drive can saturate, one pass does; else passes go on until no other drive does.
    private void RecordPasses(double* state)
    {
        int n = _bodies.Length;
        Recorder recorder = Recorder.Current;
        int before = recorder.Position;
        if (!AccelerateWithSaturation(state))
        {
            return;
        }

        recorder.Undo(before);
        new Span<double>(Saturation, n).Clear();
        new Span<double>(Qdd, n).Clear();
        recorder.BeginLoop(n + 1, ((nint)Saturation, n), ((nint)Qdd, n));
        AccelerateWithSaturation(state);
        recorder.EndLoop();
    }
}
