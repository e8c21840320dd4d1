using System.Diagnostics;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.Tests;

[TestClass]
public sealed class ToolTests
{
    [TestMethod]
    [DataRow("nonsense", "nonsense")]
    [DataRow("robot", "<robot> is missing.")]
    [DataRow("robot kuka extra", "extra")]
    [DataRow("train", "--goals")]
    [DataRow("collect", "--robot")]
    [DataRow("train --robot kuka --goals a --out b --iterations x", "x")]
    [DataRow("train --robot kuka --goals a --out b --seed -1", "-1")]
    [DataRow("train --robot kuka --goals a --out b --preset unknown", "unknown")]
    [DataRow("fit --critic a --goals b", "--out")]
    [DataRow("evaluate", "<fitted.csv> is missing.")]
    [DataRow("evaluate a --tolerance 0,1", "0,1")]
    public async Task Wrong_command_lines_have_exit_code_2(string line, string named)
    {
        ToolRun run = await ToolRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("", run.Out);
        StringAssert.StartsWith(run.Error, "error: ");
        StringAssert.Contains(run.Error, named);
        StringAssert.Contains(run.Error, "--help");
    }

    [TestMethod]
    [DataRow("", "robot")]
    [DataRow("robot", "--evaluate")]
    [DataRow("train", "--checkpoint")]
    [DataRow("fit", "--policies-per-goal")]
    [DataRow("evaluate", "--group")]
    public async Task Help_names_the_tool_and_its_options(string command, string named)
    {
        ToolRun run = await ToolRun.Good([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        StringAssert.Contains(run.Out, $"metacritic {command}".TrimEnd());
        StringAssert.Contains(run.Out, named);
    }

    [TestMethod]
    public async Task Names_in_files_do_not_control_the_terminal()
    {
        Assert.AreEqual("a?[2Jb c d?", Terminal.OneLine("a\u001b[2Jb\nc\r\nd\u0007"));
        using Workspace files = new();
        string table = files.Write("goals.csv", "goal_0,goal_1,start_\u001b[31mred\n1,2,3\n");
        string line = await ToolRun.Refused("train", "--robot", "two-link", "--goals", table, "--out", files["c"]);
        Assert.Contains("start_?[31mred", line);
        Assert.DoesNotContain('\u001b', line);
    }

    [TestMethod]
    public async Task Without_a_command_there_is_help() => Assert.AreEqual((await ToolRun.Good("--help")).Out, (await ToolRun.Good()).Out);

    [TestMethod]
    public async Task The_version_is_a_version()
    {
        ToolRun run = await ToolRun.Good("--version");
        string[] parts = run.Out.Trim().Split('+');
        Assert.IsTrue(Version.TryParse(parts[0].Split('-')[0], out _), run.Out);
        Assert.AreEqual(MetaCritic.Files.ProductInfo.Version, parts[0]);
        Assert.IsTrue(parts.Length == 1 || parts[1].All(char.IsAsciiHexDigitLower), run.Out);
    }

    [TestMethod]
    public async Task A_disk_that_fails_has_exit_code_1_and_no_trace()
    {
        using FailingWriter failing = new();
        using StringWriter error = new();
        Assert.AreEqual(1, await Tool.Program.RunAsync(["robot", "two-link"], new Terminal(failing, error), default));
        Assert.AreEqual("error: disk full" + Environment.NewLine, error.ToString());
    }

    [TestMethod]
    public async Task The_process_gives_results_exit_codes_and_no_escape_codes()
    {
        (int code, string output, string error) = await Process("robot", "two-link", "--json");
        Assert.AreEqual(0, code, error);
        Assert.AreEqual("", error);
        Assert.AreEqual(2, new ToolRun(code, output, error).Json.GetProperty("degreesOfFreedom").GetInt32());

        (code, output, error) = await Process("robot", "two-link");
        Assert.AreEqual(0, code, error);
        Assert.IsFalse(output.Contains('\u001b', StringComparison.Ordinal));

        (code, output, error) = await Process("robot", "three-link");
        Assert.AreEqual(2, code);
        Assert.AreEqual("", output);
        StringAssert.StartsWith(error, "error: robot \"three-link\"");
    }

    private static async Task<(int Code, string Out, string Error)> Process(params string[] args)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("COLUMNS");
        foreach (string arg in (string[])[typeof(Tool).Assembly.Location, .. args])
        {
            start.ArgumentList.Add(arg);
        }

        using Process process = System.Diagnostics.Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private sealed class FailingWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("disk full");
    }
}
