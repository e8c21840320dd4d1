// Shows an application that takes a critic file and a goal, fits one policy to it, and acts with the policy. It needs no model of the robot, only
// the environment in which the policy acts, here a simulated arm. Takes about a second; Ctrl-C stops it.
//
//   dotnet run -c Release --project examples/LoadSavedCritic                        the critic of examples/critics
//   dotnet run -c Release --project examples/LoadSavedCritic -- my.critic 0.5 -0.2  another one (`metacritic train` makes them)
//
// Expected output (the last digits differ between processors):
//
//   A critic for the robot "two-link", meta-trained on 4 goals.
//   10 of 60 updates
//   …
//   60 of 60 updates
//   Final error 0.0006 rad², before the first update 1.9361 rad²; the policy is in policy.mlpolicy.
//   At rest at 0 it acts with 0.26, -0.18.
//
// policy.mlpolicy lies beside the program. To see the arm move:
// metacritic view examples/LoadSavedCritic/bin/Release/net10.0/policy.mlpolicy --critic examples/critics/two-link.critic --out view.html
using System.Globalization;
using MetaCritic;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // end in good order
    stop.Cancel();
};

try
{
    string file = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "two-link.critic");
    CriticModel critic = CriticModel.Load(file);
    double[] goal = args.Length > 1 ? [.. args[1..].Select(Number)] : [0.9, -1.1];
    Console.WriteLine($"A critic for the robot \"{critic.Robot?.Name}\", meta-trained on {critic.Goals.Goals.Count} goals.");

    using PolicyLearner learner = new(critic, TaskPreset.TwoLink.Fitting);
    PolicyFit fit = learner.Fit([new() { Goal = goal }], new UpdateCount(), stop.Token)[0];
    string kept = Path.Combine(AppContext.BaseDirectory, "policy.mlpolicy");
    fit.Policy.Save(kept);
    Console.WriteLine($"Final error {fit.Error:F4} rad², before the first update {fit.LearningCurve[0]:F4} rad²; the policy is in policy.mlpolicy.");

    // In the application's control loop: a state in, an action out, without allocation.
    PolicyModel policy = PolicyModel.Load(kept);
    double[] state = new double[policy.StateSize];
    double[] action = new double[policy.ActionSize];
    policy.Act(state, action);
    Console.WriteLine($"At rest at 0 it acts with {string.Join(", ", action.Select(a => a.ToString("F2", CultureInfo.InvariantCulture)))}.");
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("Stopped.");
    return 130;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double number)
    ? number
    : throw new InvalidInputException("The goal", $"\"{text}\" is no number", "Give one number per joint, such as 0.5 -0.2");

internal sealed class UpdateCount : IProgress<FittingProgress>
{
    public void Report(FittingProgress value)
    {
        if (value.Completed % 10 == 0)
        {
            Console.WriteLine($"{value.Completed} of {value.Total} updates");
        }
    }
}
