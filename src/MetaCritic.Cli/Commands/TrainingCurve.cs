using System.Text;
using MetaCritic.Cli.Plots;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;

namespace MetaCritic.Cli.Commands;

/// <summary>The curve of <c>train --plot</c>: errors over meta-iterations, drawn when the training ends or is stopped.</summary>
/// <param name="path">The SVG file.</param>
/// <param name="unit">Unit of the errors; empty if it is not known.</param>
internal sealed class TrainingCurve(string path, string unit) : IProgress<MetaTrainingProgress>
{
    private readonly SortedList<int, double> _errors = [];
    private readonly SortedList<int, double> _validations = [];

    /// <summary>Takes what was done before.</summary>
    /// <param name="history">Meta-iterations.</param>
    /// <param name="validations">Validations.</param>
    public void Begin(IEnumerable<MetaIterationMetrics> history, IEnumerable<ValidationPoint> validations)
    {
        foreach (MetaIterationMetrics metrics in history)
        {
            _errors[metrics.Iteration + 1] = metrics.FinalError;
        }

        foreach (ValidationPoint point in validations)
        {
            _validations[point.Iteration] = point.Error;
        }
    }

    /// <inheritdoc/>
    public void Report(MetaTrainingProgress value)
    {
        Add(value.Completed, value.Latest.FinalError, null);
        if (value.Validation is { } point)
        {
            _validations[point.Iteration] = point.Error;
        }
    }

    /// <summary>Takes a meta-iteration.</summary>
    /// <param name="completed">Meta-iterations done, from 1.</param>
    /// <param name="error">Mean squared final error of the policies in training.</param>
    /// <param name="validation">That of new policies; null if none were fitted.</param>
    public void Add(int completed, double error, double? validation)
    {
        _errors[completed] = error;
        if (validation is { } found)
        {
            _validations[completed] = found;
        }
    }

    /// <summary>Draws it, if there is anything to draw.</summary>
    /// <returns>Whether there was.</returns>
    /// <exception cref="MetaCriticException">The file could not be written.</exception>
    public bool Write()
    {
        if (!_errors.Values.Any(error => error > 0 && double.IsFinite(error)))
        {
            return false;
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Draw())));
        return true;
    }

    private string Draw()
    {
        Panel panel = new("", Axes.Linear("meta-iteration", from: 0), Axes.Logarithmic("mean squared final error" + (unit.Length > 0 ? $", {unit}" : "")));
        panel.Line(new("policies in training", LineLook.Blue), [.. _errors.Keys.Select(key => (double)key)], [.. _errors.Values.Select(Drawn)]);
        if (_validations.Count > 0)
        {
            panel.Line(new("new policies, goals of --validate", LineLook.Vermilion), [.. _validations.Keys.Select(key => (double)key)], [.. _validations.Values.Select(Drawn)]);
        }

        return new Figure("Errors while a critic was meta-trained", [panel]).Render("curve");
    }

    // What a logarithmic axis cannot show leaves a gap.
    private static double Drawn(double error) => error > 0 && double.IsFinite(error) ? error : double.NaN;
}
