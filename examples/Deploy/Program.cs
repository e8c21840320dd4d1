// Shows a fitted policy at work on a machine: a loop at 100 Hz that reads the sensors, asks the policy for an action and sends torques, with a
// watchdog that stops the drives when a state is late, missing or out of bounds. The machine here is a simulated two-link arm with a cable
// that fails. deploy.c beside this file is the same loop from the header that the program exports. Ctrl-C stops it.
//
//   dotnet run -c Release --project examples/Deploy
//
// Expected output (the last digits differ between processors):
//
//   A policy for the goal (0.9, -1.1): error 0.0006 rad² in simulation.
//   Exported to reach.h for deploy.c.
//   2.3 s at 100 Hz: the arm is 0.04 rad from the goal.
//   The encoder's cable fails.
//   The watchdog stopped the drives after 0.03 s: no state for 3 periods.
using System.Diagnostics;
using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Export;
using MetaCritic.Learning;
using MetaCritic.Models;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // stop the drives in good order
    stop.Cancel();
};

CriticModel critic = CriticModel.Load(Path.Combine(AppContext.BaseDirectory, "two-link.critic"));
RigidBodyOptions stepping = critic.Dynamics!;
double[] goal = [0.9, -1.1];
using PolicyLearner learner = new(critic);
PolicyFit fit = learner.Fit([new() { Goal = goal }], cancellationToken: stop.Token)[0];
Console.WriteLine($"A policy for the goal ({goal[0]:F1}, {goal[1]:F1}): error {fit.Error:F4} rad² in simulation.");
ModelExport.Of(fit.Policy, new() { Robot = critic.Robot, Dynamics = stepping, Torques = true }).Save(Path.Combine(AppContext.BaseDirectory, "reach.h"), ExportFormat.C);
Console.WriteLine("Exported to reach.h for deploy.c.");

Machine machine = new(critic.Robot!, stepping);
Watchdog watchdog = new(critic.Robot!);
double[] state = new double[fit.Policy.StateSize], action = new double[fit.Policy.ActionSize], torques = new double[action.Length];
int steps = (int)Math.Round(critic.Training.Horizon * stepping.TimeStep / Machine.Period); // as long as the policy was fitted for
int failsAt = steps;
Stopwatch clock = Stopwatch.StartNew();
for (int step = 0; !stop.IsCancellationRequested; step++)
{
    // Sleep to the next period; a late one is not made up for.
    TimeSpan early = TimeSpan.FromSeconds((step + 1) * Machine.Period) - clock.Elapsed;
    if (early > TimeSpan.Zero)
    {
        Thread.Sleep(early);
    }

    if (step == failsAt)
    {
        double distance = Math.Sqrt(((state[0] - goal[0]) * (state[0] - goal[0])) + ((state[1] - goal[1]) * (state[1] - goal[1])));
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s at 100 Hz: the arm is {distance:F2} rad from the goal.");
        Console.WriteLine("The encoder's cable fails.");
        machine.CutCable();
    }

    bool measured = machine.TryRead(state);
    if (watchdog.Fault(measured, state) is { } fault)
    {
        machine.Stop();
        Console.WriteLine($"The watchdog stopped the drives after {(step + 1 - failsAt) * Machine.Period:F2} s: {fault}.");
        return 0;
    }

    if (measured)
    {
        fit.Policy.Act(state, action); // allocates nothing
        for (int i = 0; i < action.Length; i++)
        {
            torques[i] = stepping.TorqueScale[i] * action[i];
        }
    }

    machine.Send(torques); // without a new state the last torques, for as long as the watchdog allows
}

machine.Stop();
Console.WriteLine("Stopped.");
return 130;
