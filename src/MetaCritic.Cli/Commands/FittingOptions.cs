using System.CommandLine;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>The options of <c>metacritic fit</c> that decide which policy comes out, for commands that fit a row anew.</summary>
internal sealed record FittingOptions(Option<ulong> Seed, Option<int?> Steps, Option<double?> LearningRate, Option<double?> Tolerance)
{
    /// <summary>Adds them to a command.</summary>
    public static FittingOptions AddTo(Command command)
    {
        FittingOptions options = new(
            new("--seed") { Description = "The same value as for metacritic fit: seed of the initial policies, where the table has no column seed.", HelpName = "S" },
            new("--steps") { Description = "The same value as for metacritic fit: largest number of policy updates.", HelpName = "N" },
            Arguments.Number("--learning-rate", "The same value as for metacritic fit: learning rate of the policies."),
            Arguments.Number("--tolerance", "The same value as for metacritic fit: stop a policy as soon as its error is at most this."));
        command.Add(options.Seed);
        command.Add(options.Steps);
        command.Add(options.LearningRate);
        command.Add(options.Tolerance);
        return options;
    }

    /// <summary>Settings of the learner.</summary>
    /// <exception cref="InvalidInputException">One is out of its range.</exception>
    public PolicyLearnerOptions Of(ParseResult parsed, CriticModel critic)
    {
        PolicyLearnerOptions options = PolicyLearner.DefaultOptions(critic);
        options = options with
        {
            Steps = parsed.GetValue(Steps) ?? options.Steps,
            LearningRate = parsed.GetValue(LearningRate) ?? options.LearningRate,
            Tolerance = parsed.GetValue(Tolerance) ?? options.Tolerance,
        };
        Arguments.Check(options.Validate, ("steps", Steps.Name), ("learningRate", LearningRate.Name), ("tolerance", Tolerance.Name));
        return options;
    }
}
