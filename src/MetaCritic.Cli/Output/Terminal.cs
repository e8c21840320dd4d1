using System.Globalization;

namespace MetaCritic.Cli.Output;

/// <summary>Where the tool writes to. Results go to <see cref="Out"/>, progress and messages to <see cref="Error"/>.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, remarks and errors.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    /// <summary>What stands for standard input or output in place of a file's name.</summary>
    public const string Dash = "-";

    private const string BeforeCommand = ": metacritic ";

    /// <summary>Width that nothing has to fit into.</summary>
    public const int Unlimited = 10_000;

    /// <summary>Columns that tables must fit into.</summary>
    public int Width { get; init; } = Unlimited;

    /// <summary>Columns that progress must fit into; 0 if <see cref="Error"/> is no terminal, and nothing may be drawn there.</summary>
    public int ProgressWidth { get; init; }

    /// <summary>Opens standard input.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Opens standard output, for what is no text.</summary>
    public Func<Stream> OpenOutput { get; init; } = StandardOutput.Open;

    /// <summary>How long work takes before its progress is written where nothing can be drawn.</summary>
    public TimeSpan ProgressDelay { get; init; }

    /// <summary>What is said last, behind errors.</summary>
    public List<string> Closing { get; } = [];

    /// <summary>The terminal, files or pipes that the process was given.</summary>
    public static Terminal OfProcess() => new(StandardOutput.OpenText(), Console.Error)
    {
        ProgressDelay = TimeSpan.FromSeconds(1),
        ErrorWidth = Wished() ?? (Console.IsErrorRedirected ? Unlimited : Measured()),
        Width = Wished() ?? (Console.IsOutputRedirected ? Unlimited : Measured()),
        ProgressWidth = Console.IsErrorRedirected ? 0 : Wished() ?? Measured(),
    };

    /// <summary>Columns that remarks are wrapped to.</summary>
    public int ErrorWidth { get; init; } = Unlimited;

    /// <summary>Writes a remark: one line, or as many as the terminal's width takes, broken between words. A command at its end is not broken.</summary>
    public void Remark(string text)
    {
        string rest = OneLine(text);
        if (rest.Length > ErrorWidth && rest.IndexOf(BeforeCommand, StringComparison.Ordinal) is >= 0 and int colon)
        {
            Remark(rest[..(colon + 1)]);
            Error.WriteLine(rest[(colon + 2)..]);
            return;
        }

        while (rest.Length > ErrorWidth && rest.LastIndexOf(' ', ErrorWidth) is > 0 and int space)
        {
            Error.WriteLine(rest[..space]);
            rest = rest[(space + 1)..];
        }

        Error.WriteLine(rest);
    }

    /// <summary>Writes a command line to be copied, which is never broken.</summary>
    public void CommandRemark(string text) => Error.WriteLine(OneLine(text));

    /// <summary>Text on one line, without characters that control a terminal.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));

    private static int? Wished() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns > 0
            ? Math.Min(columns, Unlimited)
            : null;

    private static int Measured()
    {
        try
        {
            return Console.WindowWidth is > 0 and int width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
