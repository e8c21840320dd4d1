using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>What a training came to: the errors of new policies, or that nothing was learned.</summary>
internal static class TrainingVerdict
{
    // New policies that are fitted at most.
    private const int Policies = 16;

    /// <summary>Judges by the meta-iterations, and if these look well, by new policies that are fitted with the critic.</summary>
    public static TrainingOutcome Of(IReadOnlyList<MetaIterationMetrics> history, CriticModel critic, TrainingGoals goals, CancellationToken cancellationToken)
    {
        TrainingOutcome outcome = TrainingOutcome.Of(history);
        return !outcome.FreshPoliciesMayDecide
            ? outcome
            : TrainingOutcome.Of(history, CriticValidation.Run(
                critic, goals.Spread(Policies), 1, PolicyLearner.DefaultOptions(critic) with { Threads = critic.Training.Threads }, critic.Training.Seed, null, cancellationToken));
    }

    /// <summary>Warns of a training that is too short to be judged, and after which fitting does not help.</summary>
    public static void Warn(Terminal terminal, TrainingOutcome outcome)
    {
        if (outcome is { Failure: null, Fresh: { } fresh } && !(fresh.Error < fresh.Unfitted))
        {
            terminal.Remark($"new policies are no better with fitting than without: {Format.Count(outcome.Iterations)} iterations are few");
        }
    }

    /// <summary>Fails, with what helps.</summary>
    [DoesNotReturn]
    public static void Refuse(Terminal terminal, TrainingOutcome outcome, CriticModel critic, string output, bool keeps, string advice)
    {
        terminal.Remark(advice);
        if (keeps)
        {
            critic.Save(output);
        }

        throw new NothingLearnedException(outcome, keeps ? $"The critic was written all the same, to {output}." : "No critic was written (--keep writes it all the same).");
    }

    /// <summary>How many policies, for what, and how many of them diverged.</summary>
    public static string Count(ValidationResult fresh, string goals) =>
        $"{Format.Count(fresh.Policies)}, for {(goals.Contains(' ', StringComparison.Ordinal) ? "the " : "")}{goals}{(fresh.Diverged > 0 ? $"; {Format.Count(fresh.Diverged)} diverged" : "")}";

    /// <summary>Their errors.</summary>
    public static string Errors(ValidationResult fresh, string unit) => $"{$"{Format.Short(fresh.Error)} {unit}".TrimEnd()} ({Format.Short(fresh.Unfitted)} without fitting)";

    /// <summary>Prints what is known of a training, and then what every training has: losses, new policies, seed and file.</summary>
    public static void WriteJson(Terminal terminal, JsonObject training, CriticModel critic, ValidationResult fresh, string file)
    {
        training["taskLoss"] = Format.Number(critic.TaskLoss);
        training["finalError"] = Format.Number(critic.FinalError);
        training["newPolicies"] = new JsonObject
        {
            ["count"] = fresh.Policies,
            ["diverged"] = fresh.Diverged,
            ["error"] = Format.Number(fresh.Error),
            ["errorWithoutFitting"] = Format.Number(fresh.Unfitted),
        };
        training["seed"] = critic.Training.Seed;
        training["file"] = file;
        Format.WriteJson(terminal, training);
    }
}
