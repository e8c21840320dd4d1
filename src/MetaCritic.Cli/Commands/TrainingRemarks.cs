using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>
/// What a user should know of a training: warnings, at once, or after the training where a progress bar is drawn; and, at its end,
/// how often policies diverged.
/// </summary>
/// <param name="terminal">Where to say it.</param>
/// <param name="response">What becomes of policies that diverge.</param>
internal sealed class TrainingRemarks(Terminal terminal, DivergenceResponse response)
{
    private readonly List<string> _held = [];
    private int _diverged;
    private int _last; // iteration in which one diverged
    private int _total;
    private ValidationPoint? _best;

    /// <summary>Takes note of a meta-iteration.</summary>
    public void Take(MetaTrainingProgress progress)
    {
        if (progress.Divergences.Count > 0)
        {
            (_last, _total) = (progress.Completed, progress.Total);
        }

        if (progress.Validation is { } point)
        {
            bool best = _best is null || point.IsBetterThan(_best);
            _best = best ? point : _best;
            Say($"after {Format.Count(point.Iteration)}: error {Format.Short(point.Error)} with new policies on the goals of --validate{(point.Diverged > 0 ? $", {Format.Count(point.Diverged)} of {Format.Count(point.Policies)} diverged" : "")}{(best ? ", the best so far" : "")}");
        }

        _diverged += progress.Divergences.Count;
        if (progress.Warning is { } warning)
        {
            Say($"warning: {warning}");
        }
    }

    /// <summary>Says what has not been said.</summary>
    public void Finish()
    {
        foreach (string text in _held)
        {
            terminal.Remark(text);
        }

        if (_diverged > 0)
        {
            string times = _diverged == 1 ? "once" : $"{Format.Count(_diverged)} times";
            string consequence = response == DivergenceResponse.Skip ? "they were left out of those iterations" : "they were replaced by new ones";
            terminal.Remark($"policies diverged {times}, last in iteration {Format.Count(_last)} of {Format.Count(_total)}; {consequence}{(2 * _last <= _total ? ", which is normal early in a training" : "")}");
        }
    }

    private void Say(string text)
    {
        if (terminal.ProgressWidth == 0)
        {
            terminal.Remark(text);
        }
        else
        {
            _held.Add(text);
        }
    }
}
