using System.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Monitoring;

namespace MetaCritic.Cli.Commands;

/// <summary>What <c>metacritic train</c> records of a training while it runs. One that fails, as on a full disk, ends; the training goes on.</summary>
/// <param name="terminal">Where a failure is told.</param>
/// <param name="log">The CSV file; null for none.</param>
/// <param name="tensorBoard">The folder of events; null for none.</param>
internal sealed class TrainingRecords(Terminal terminal, string? log, string? tensorBoard) : IDisposable
{
    private readonly List<IProgress<MetaTrainingProgress>> _records = [];

    /// <summary>Whether a record failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>The exit code of a training that went well.</summary>
    public int ExitCode => Failed ? CommandLine.ExitCode.Failed : CommandLine.ExitCode.Success;

    /// <summary>Checks their places before the work begins.</summary>
    /// <exception cref="InvalidInputException">A place cannot be written to.</exception>
    public void Prepare()
    {
        if (log is not null)
        {
            InvalidInputException.At("--log", () => OutputFiles.PrepareOutput(log));
        }

        if (tensorBoard is not null)
        {
            OutputFiles.PrepareFolder("--tensorboard", tensorBoard);
        }
    }

    /// <summary>Begins the records.</summary>
    /// <param name="history">Meta-iterations done before.</param>
    /// <param name="validations">Validations done before.</param>
    /// <exception cref="InvalidInputException">A place cannot be written to.</exception>
    public void Begin(IReadOnlyList<MetaIterationMetrics> history, IReadOnlyList<ValidationPoint> validations)
    {
        if (log is not null)
        {
            Add(InvalidInputException.At("--log", () => new TrainingLog(log, history, validations)));
        }

        if (tensorBoard is not null)
        {
            Add(InvalidInputException.At("--tensorboard", () => new TensorBoardLog(tensorBoard)));
        }
    }

    /// <summary>Adds a record, which is disposed of with the others if it can be.</summary>
    public void Add(IProgress<MetaTrainingProgress> record) => _records.Add(record);

    /// <summary>Records a meta-iteration.</summary>
    public void Take(MetaTrainingProgress progress)
    {
        for (int i = _records.Count - 1; i >= 0; i--)
        {
            try
            {
                _records[i].Report(progress);
            }
            catch (MetaCriticException e)
            {
                Failed = true;
                terminal.Remark($"{e.Message.TrimEnd('.')}. The training goes on without it.");
                (_records[i] as IDisposable)?.Dispose();
                _records.RemoveAt(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IProgress<MetaTrainingProgress> record in _records)
        {
            (record as IDisposable)?.Dispose();
        }
    }

    /// <summary>The options that ask for records.</summary>
    internal sealed record Options(Option<string?> Log, Option<string?> TensorBoard)
    {
        /// <summary>Adds them to a command.</summary>
        public static Options AddTo(Command command)
        {
            Options options = new(
                new("--log") { Description = "Write a row per meta-iteration to this table while training: losses, errors, gradient norm, validations.", HelpName = "metrics.csv" },
                new("--tensorboard") { Description = "Write the same for TensorBoard into this folder.", HelpName = "folder" });
            command.Add(options.Log);
            command.Add(options.TensorBoard);
            return options;
        }

        /// <summary>The records that are asked for.</summary>
        /// <param name="terminal">Where a failure is told.</param>
        /// <param name="parsed">The command line.</param>
        /// <param name="files">Options of files that are read or written, and the files.</param>
        /// <exception cref="InvalidInputException">A record would be written over one of the files.</exception>
        public TrainingRecords Of(Terminal terminal, ParseResult parsed, params IEnumerable<(string Option, string? File)> files)
        {
            string? log = parsed.GetValue(Log);
            foreach ((string option, string? file) in files)
            {
                OutputFiles.RequireDistinct("--log", log ?? "", option, file ?? "");
            }

            return new(terminal, log, parsed.GetValue(TensorBoard));
        }
    }
}
