using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace MetaCritic.Cli.Output;

/// <summary>Shows how far work is: a bar on a terminal, ten lines in a file or pipe.</summary>
internal sealed class ProgressDisplay
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Stopwatch _whole = Stopwatch.StartNew();
    private readonly Terminal _terminal;
    private string _unit;
    private readonly IAnsiConsole? _console; // null where no bar is drawn
    private readonly ProgressTask? _task;
    private long _first = -1;
    private long _tenths;

    private ProgressDisplay(Terminal terminal, string unit, IAnsiConsole? console, ProgressTask? task)
    {
        _terminal = terminal;
        _unit = unit;
        _console = console;
        _task = task;
    }

    /// <summary>Runs work that reports how far it is.</summary>
    /// <typeparam name="T">What the work makes.</typeparam>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="unit">What is counted, short: <c>it</c>; empty if a rate says nothing.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(Terminal terminal, string unit, Func<ProgressDisplay, T> work)
    {
        if (terminal.ProgressWidth == 0)
        {
            return work(new ProgressDisplay(terminal, unit, null, null));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        console.Profile.Width = terminal.ProgressWidth;
        bool narrow = terminal.ProgressWidth < 70;
        ProgressColumn[] columns = narrow
            ? [new ProgressBarColumn { Width = 8 }, new TaskDescriptionColumn()]
            : [new ProgressBarColumn { Width = Math.Min(40, terminal.ProgressWidth - 52) }, new PercentageColumn(), new TaskDescriptionColumn()];
        return console.Progress().AutoClear(true).Columns(columns).Start(context =>
            work(new ProgressDisplay(terminal, unit, console, context.AddTask("starting"))));
    }

    /// <summary>Writes a line while the work goes on: above the bar where one is drawn.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text)
    {
        if (_console is null)
        {
            _terminal.Remark(text);
        }
        else
        {
            _console.WriteLine(Terminal.OneLine(text));
        }
    }

    /// <summary>Shows another part of the work from now on, if another unit is counted there.</summary>
    /// <param name="unit">What is counted.</param>
    public void Count(string unit)
    {
        if (_unit != unit)
        {
            _unit = unit;
            _first = -1;
            _tenths = 0;
        }
    }

    /// <summary>Takes note of the state of the work.</summary>
    /// <param name="completed">How much is done.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="error">The error at present; NaN if there is none to show.</param>
    public void Report(long completed, long total, double error = double.NaN)
    {
        // The first report only says where the work began, which a resumed one did not do at 0.
        double seconds = _watch.Elapsed.TotalSeconds;
        if (_first < 0)
        {
            _first = completed;
            _watch.Restart();
            seconds = 0;
        }

        bool narrow = _terminal.ProgressWidth is > 0 and < 70;
        double rate = seconds > 0 ? (completed - _first) / seconds : 0;
        string text = rate > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Rate(rate)}{Remaining((total - completed) / rate)}{(narrow ? "" : " left")}")
            : "";
        if (double.IsFinite(error))
        {
            text += string.Create(CultureInfo.InvariantCulture, $"{(narrow ? "" : " error")} {error:G3}");
        }

        if (_task is not null)
        {
            _task.MaxValue = Math.Max(1, total);
            _task.Value = completed;
            _task.Description = text.Length > 0 ? Markup.Escape(text.Trim()) : "starting";
        }
        else if (completed * 10 / Math.Max(1, total) > _tenths && _whole.Elapsed >= _terminal.ProgressDelay)
        {
            _tenths = completed * 10 / Math.Max(1, total);
            _terminal.Remark(string.Create(CultureInfo.InvariantCulture, $"{completed} of {total} {text.Trim()}").TrimEnd());
        }
    }

    private string Rate(double rate) => _unit.Length == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(rate < 100 ? rate.ToString("G3", CultureInfo.InvariantCulture) : rate.ToString("0", CultureInfo.InvariantCulture))} {_unit}/s ");

    private static string Remaining(double seconds) =>
        seconds < 360_000 ? TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture) : "days";
}
