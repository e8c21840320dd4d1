using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>What helps where every fitted policy diverges: it is tried before it is said.</summary>
internal static class FitFailure
{
    /// <summary>Policies with which advice is tried.</summary>
    public const int Tried = 4;

    /// <summary>Says with which command policies do not diverge.</summary>
    /// <param name="terminal">Where to say it.</param>
    /// <param name="args">The command line.</param>
    /// <param name="critic">The critic.</param>
    /// <param name="options">The settings with which all diverge.</param>
    /// <param name="fit">Fits a few of the policies with other settings.</param>
    public static void Advise(
        Terminal terminal, IReadOnlyList<string> args, CriticModel critic, PolicyLearnerOptions options, Func<PolicyLearnerOptions, IReadOnlyList<PolicyFit>> fit)
    {
        PolicyLearnerOptions own = PolicyLearner.DefaultOptions(critic);
        double usual = own.LearningRate ?? critic.Training.PolicyLearningRate;
        bool changed = (options.LearningRate ?? critic.Training.PolicyLearningRate) != usual;
        if (changed && Helps(options with { LearningRate = own.LearningRate }))
        {
            terminal.Remark($"They do not all diverge at the critic's own learning rate: {Arguments.CommandLine(Arguments.Without(args, ["--learning-rate"]))}");
            return;
        }

        foreach (double rate in (double[])[usual / 3, usual / 10, usual / 100])
        {
            double rounded = double.Parse(FormattableString.Invariant($"{rate:G2}"), System.Globalization.CultureInfo.InvariantCulture);
            if (Helps(options with { LearningRate = rounded }))
            {
                terminal.Remark($"They do not all diverge at a smaller learning rate: {Arguments.CommandLine([.. Arguments.Without(args, ["--learning-rate"]), "--learning-rate", Format.Exact(rounded)])}");
                return;
            }
        }

        terminal.Remark(
            $"They diverge at a hundredth of the learning rate, too: {(Arguments.Has(args, "--robot") ? "this robot differs too much from that of the critic. Train a critic on it" : "the critic cannot be used. Train another one")}, and look whether metacritic train calls its new policies good.");

        bool Helps(PolicyLearnerOptions tried) => fit(tried).Any(policy => !policy.Diverged);
    }
}
