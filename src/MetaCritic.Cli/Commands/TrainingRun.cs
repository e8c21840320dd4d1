using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>A training as a command runs it: with progress, with remarks at its end, and with the command that continues it if it is stopped.</summary>
/// <param name="terminal">Where to write to.</param>
/// <param name="args">The arguments of the command.</param>
/// <param name="iterations">Meta-iterations after which it ends.</param>
internal sealed class TrainingRun(Terminal terminal, IReadOnlyList<string> args, int iterations)
{
    /// <summary>Runs it.</summary>
    /// <param name="response">What becomes of policies that diverge.</param>
    /// <param name="done">Says how many meta-iterations are done.</param>
    /// <param name="train">Trains, and tells the display and the remarks of it.</param>
    public CriticModel Train(DivergenceResponse response, Func<int> done, Func<ProgressDisplay, TrainingRemarks, CriticModel> train)
    {
        TrainingRemarks remarks = new(terminal, response);
        try
        {
            return ProgressDisplay.Run(terminal, "it", display => train(display, remarks));
        }
        catch (Exception e) when (e is OperationCanceledException or DivergenceException)
        {
            TellHowToContinue(done(), diverged: e is DivergenceException);
            throw;
        }
        finally
        {
            remarks.Finish();
        }
    }

    private void TellHowToContinue(int done, bool diverged)
    {
        terminal.Remark($"stopped after {Format.Count(done)} of {Format.Count(iterations)} iterations");
        string[] more = diverged ? ["--set", "training.onDivergence=restart", "--resume"] : ["--resume"];
        terminal.Closing.Add($"To continue: {Arguments.CommandLine(args.Where(a => a != "--resume").Concat(more))}");
    }
}
