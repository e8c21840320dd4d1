using System.Globalization;

namespace MetaCritic.Cli.Output;

/// <summary>Where the tool writes to. Results go to <see cref="Out"/>, progress and messages to <see cref="Error"/>.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, remarks and errors.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    /// <summary>Width that nothing has to fit into.</summary>
    public const int Unlimited = 10_000;

    /// <summary>Columns that tables must fit into.</summary>
    public int Width { get; init; } = Unlimited;

    /// <summary>Columns that progress must fit into; 0 if <see cref="Error"/> is no terminal, and nothing may be drawn there.</summary>
    public int ProgressWidth { get; init; }

    /// <summary>The terminal, files or pipes that the process was given.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error)
    {
        Width = Wished() ?? (Console.IsOutputRedirected ? Unlimited : Measured()),
        ProgressWidth = Console.IsErrorRedirected ? 0 : Wished() ?? Measured(),
    };

    /// <summary>Writes one line of remark.</summary>
    public void Remark(string text) => Error.WriteLine(OneLine(text));

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
