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
/// <param name="plot">The picture of the curve; null for none.</param>
internal sealed class TrainingRecords(Terminal terminal, string? log, string? tensorBoard, string? plot) : IDisposable
{
    private readonly List<IProgress<MetaTrainingProgress>> _records = [];
    private TrainingCurve? _curve; // not yet drawn

    /// <summary>Whether a record failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Draws the curve, and gives the exit code of a training that went well.</summary>
    public int Finish()
    {
        WriteCurve();
        return Failed ? CommandLine.ExitCode.Failed : CommandLine.ExitCode.Success;
    }

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

        if (plot is not null)
        {
            InvalidInputException.At("--plot", () => OutputFiles.PrepareOutput(plot));
        }
    }

    /// <summary>Begins the records.</summary>
    /// <param name="history">Meta-iterations done before.</param>
    /// <param name="validations">Validations done before.</param>
    /// <param name="unit">Unit of the errors; empty if it is not known.</param>
    /// <exception cref="InvalidInputException">A place cannot be written to.</exception>
    public void Begin(IReadOnlyList<MetaIterationMetrics> history, IReadOnlyList<ValidationPoint> validations, string unit = "")
    {
        if (log is not null)
        {
            Add(InvalidInputException.At("--log", () => new TrainingLog(log, history, validations)));
        }

        if (tensorBoard is not null)
        {
            Add(InvalidInputException.At("--tensorboard", () => new TensorBoardLog(tensorBoard)));
        }

        if (plot is not null)
        {
            _curve = new(plot, unit);
            _curve.Begin(history, validations);
            Add(_curve);
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

    /// <summary>Ends the records; the curve of a training that was stopped is drawn as far as it came.</summary>
    public void Dispose()
    {
        WriteCurve();
        foreach (IProgress<MetaTrainingProgress> record in _records)
        {
            (record as IDisposable)?.Dispose();
        }
    }

    private void WriteCurve()
    {
        try
        {
            _curve?.Write();
        }
        catch (MetaCriticException e)
        {
            Failed = true;
            terminal.Remark(e.Message);
        }

        _curve = null;
    }

    /// <summary>The options that ask for records.</summary>
    internal sealed record Options(Option<string?> Log, Option<string?> TensorBoard, Option<string?> Plot)
    {
        /// <summary>Adds them to a command.</summary>
        public static Options AddTo(Command command)
        {
            Options options = new(
                new("--log") { Description = "Write a row per meta-iteration to this table while training: losses, errors, gradient norm, validations.", HelpName = "metrics.csv" },
                new("--tensorboard") { Description = "Write the same for TensorBoard into this folder.", HelpName = "folder" },
                new("--plot") { Description = "Draw the errors over the meta-iterations into this SVG file when the training ends or is stopped.", HelpName = "curve.svg" });
            command.Add(options.Log);
            command.Add(options.TensorBoard);
            command.Add(options.Plot);
            return options;
        }

        /// <summary>The records that are asked for.</summary>
        /// <param name="terminal">Where a failure is told.</param>
        /// <param name="parsed">The command line.</param>
        /// <param name="files">Options of files that are read or written, and the files.</param>
        /// <exception cref="InvalidInputException">A record would be written over one of the files.</exception>
        public TrainingRecords Of(Terminal terminal, ParseResult parsed, params IEnumerable<(string Option, string? File)> files)
        {
            string? log = parsed.GetValue(Log), plot = parsed.GetValue(Plot);
            OutputFiles.RequireDistinct("--plot", plot ?? "", "--log", log ?? "");
            foreach ((string option, string? file) in files)
            {
                OutputFiles.RequireDistinct("--log", log ?? "", option, file ?? "");
                OutputFiles.RequireDistinct("--plot", plot ?? "", option, file ?? "");
            }

            OutputFiles.RequirePicture("--plot", plot);
            return new(terminal, log, parsed.GetValue(TensorBoard), plot);
        }
    }
}
