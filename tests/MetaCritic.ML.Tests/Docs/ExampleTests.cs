using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaCritic.ML.Tests.Docs;

/// <summary>The examples run as they are, print what their comments say, and do well. FirstProgram is run from the package, by another test.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class ExampleTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("Quickstart", @"^mean squared error (\S+) rad²", 1, 0.001)]
    [DataRow("LoadSavedCritic", @"Final error (\S+) rad²", 1, 0.02)]
    [DataRow("PolicyFittingFromGoalTable", @"^ +[0-9.]+ +([0-9.]+) +[0-9.]+ +\d+ %", 6, 0.02)]
    [DataRow("FromTransitions", @"^goal \S+: error (\S+)", 4, 0.02)]
    [DataRow("CrossValidation", @"policies: error (\S+) \[", 3, 0.05)]
    [DataRow("Deploy", @"goal \(0\.9, -1\.1\): error (\S+) rad²", 1, 0.02)]
    [DataRow("CustomRobot", @"error (\S+) rad² (?:after|on)", 7, 0.05)]
    public void TheExampleRunsAndDoesWell(string example, string error, int count, double most)
    {
        string output = Run(example);
        double[] errors = [.. Regex.Matches(output, error, RegexOptions.Multiline).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.HasCount(count, errors, output);
        Assert.IsLessThan(most, errors.Max(), output);

        string[] printed = [.. output.Split('\n').Select(Squeezed)];
        int next = 0;
        foreach (string expected in Expected(example))
        {
            next = Array.FindIndex(printed, next, line => Regex.IsMatch(line, expected)) + 1;
            Assert.IsGreaterThan(0, next, $"No line such as {expected} in its place:\n{output}");
        }
    }

    [TestMethod]
    [DataRow("LoadSavedCritic", "no such.critic", "no such.critic")]
    [DataRow("PolicyFittingFromGoalTable", "no such.csv", "no such.csv")]
    [DataRow("FromTransitions", "no such.csv", "no such.csv")]
    public void ABadFileGivesOneClearLine(string example, string said, params string[] arguments)
    {
        string output = Run(example, 1, arguments);
        Assert.AreEqual(1, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, output);
        Assert.Contains(said, output);
    }

    [TestMethod]
    public void ABadGoalGivesAClearLine() =>
        Assert.Contains("\"abc\" is no number", Run("LoadSavedCritic", 1, Path.Combine(Repository.Root, "examples", "critics", "two-link.critic"), "abc", "1"));

    // What the comment says of the output, as patterns: other decimals and percentages will do, everything else must be the same.
    private static IEnumerable<string> Expected(string example)
    {
        string program = Path.Combine(Repository.Root, "examples", example, "Program.cs");
        return File.ReadLines(program)
            .SkipWhile(line => !line.Contains("Expected output", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
            .Where(line => line.StartsWith("//   ", StringComparison.Ordinal))
            .Select(line => Squeezed(line[5..]))
            .Where(line => line != "…")
            .Select(line => $"^{Percentage().Replace(Decimal().Replace(Regex.Escape(line), @"-?\d+\.\d+"), @"\d+\ %")}$");
    }

    private static string Squeezed(string line) => Spaces().Replace(line, " ").Trim();

    private string Run(string example, int exitCode = 0, params string[] arguments)
    {
        string folder = Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, "example " + example)).FullName;
        ProcessStartInfo start = new("dotnet", [Repository.Example(example), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TERM"] = "xterm";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output += errors.Result;
        Assert.DoesNotContain("\e[", output, "colours in a pipe");
        Assert.AreEqual(exitCode, process.ExitCode, output);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder), "it writes into the folder of whoever runs it");
        TestContext.WriteLine(output);
        return output;
    }

    [GeneratedRegex(@"-?\d+\\\.\d+")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\d+\\ %")]
    private static partial Regex Percentage();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
