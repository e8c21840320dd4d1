using System.Text.Json;
using MetaCritic.Cli.Output;

namespace MetaCritic.Tests.Shared;

/// <summary>A run of the program that the project tests, within the test's process.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<ToolRun> Of(params string[] args) => Of(Terminal.Unlimited, default, args);

    /// <summary>A run that reads a text from standard input.</summary>
    public static Task<ToolRun> WithInput(string input, params string[] args) => Run(Terminal.Unlimited, input, args, default);

    public static Task<ToolRun> Of(int width, CancellationToken cancellationToken, params string[] args) => Run(width, "", args, cancellationToken);

    private static async Task<ToolRun> Run(int width, string input, string[] args, CancellationToken cancellationToken)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Terminal terminal = new(output, TextWriter.Synchronized(error)) { Width = width, OpenInput = () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input)) };
        int code = await ProgramUnderTest.Program.RunAsync(args, terminal, cancellationToken);
        return new ToolRun(code, output.ToString(), error.ToString());
    }

    /// <summary>A run that must go well.</summary>
    public static async Task<ToolRun> Good(params string[] args)
    {
        ToolRun run = await Of(args);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        return run;
    }

    /// <summary>A run that must be refused with one line of error and nothing on standard output.</summary>
    public static async Task<string> Refused(params string[] args)
    {
        ToolRun run = await Of(args);
        Assert.AreEqual(2, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        string line = run.Error.TrimEnd().Split('\n').Single(l => l.StartsWith("error: ", StringComparison.Ordinal));
        Assert.IsFalse(run.Error.Contains("   at ", StringComparison.Ordinal), run.Error);
        return line;
    }
}
