using System.Globalization;
using System.Text;
using MetaCritic.Learning;
using MetaCritic.Models;

namespace MetaCritic.Monitoring;

/// <summary>
/// Writes the progress of a meta-training into a CSV file, a row per meta-iteration, each at once and whole: the file can be read while the
/// training runs. The same training gives the same bytes.
/// </summary>
/// <remarks>
/// Columns: iteration (from 1), task_loss, final_error (rad² or m²), gradient_norm, restarted (policies), learning_rate, and where fresh
/// policies were fitted to validation goals validation_error, validation_median, validation_diverged. What is not finite is NaN.
/// </remarks>
public sealed class TrainingLog : IProgress<MetaTrainingProgress>, IDisposable
{
    private const string Header = "iteration,task_loss,final_error,gradient_norm,restarted,learning_rate,validation_error,validation_median,validation_diverged\n";

    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="history">Meta-iterations of an earlier run that is resumed (<see cref="MetaTrainer.History"/>): their rows come first. Null for none.</param>
    /// <param name="validations">Its validations (<see cref="MetaTrainer.Validations"/>); null for none.</param>
    /// <exception cref="InvalidInputException">The file cannot be written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public TrainingLog(string path, IReadOnlyList<MetaIterationMetrics>? history = null, IReadOnlyList<ValidationPoint>? validations = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        try
        {
            _stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(path, $"the log cannot be written there: {e.Message.TrimEnd('.')}", "Give another file", e);
        }

        StringBuilder text = new(Header);
        foreach (MetaIterationMetrics metrics in history ?? [])
        {
            AddRow(text, metrics.Iteration + 1, metrics, validations?.FirstOrDefault(point => point.Iteration == metrics.Iteration + 1));
        }

        Write(text.ToString());
    }

    /// <summary>Writes the row of a meta-iteration.</summary>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Report(MetaTrainingProgress value)
    {
        StringBuilder text = new();
        AddRow(text, value.Completed, value.Latest, value.Validation);
        Write(text.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static void AddRow(StringBuilder text, int completed, in MetaIterationMetrics m, ValidationPoint? validation)
    {
        text.Append(CultureInfo.InvariantCulture, $"{completed},{m.TaskLoss:R},{m.FinalError:R},{m.GradientNorm:R},{m.Restarted},{m.LearningRate:R},");
        if (validation is null)
        {
            text.Append(",,\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{validation.Error:R},{validation.Median:R},{validation.Diverged}\n");
        }
    }

    private void Write(string text)
    {
        try
        {
            _stream.Write(Encoding.ASCII.GetBytes(text));
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{_path}: the log could not be written: {e.Message}", e);
        }
    }
}
