using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The examples run as they are and do what they say.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class ExampleTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void FirstProgramFitsPolicies()
    {
        string output = Run("FirstProgram");
        double[] errors = [.. Error().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.HasCount(2, errors, output);
        Assert.IsLessThan(0.1, errors.Max(), output);
    }

    [TestMethod]
    public void QuickstartPrintsATableOfErrors()
    {
        string output = Run("Quickstart");
        Match mean = Mean().Match(output);
        Assert.IsTrue(mean.Success, output);
        Assert.IsLessThan(0.05, double.Parse(mean.Groups[1].Value, CultureInfo.InvariantCulture), output);
    }

    private string Run(string example)
    {
        string folder = Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, "example " + example)).FullName;
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { Repository.Example(example) },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + errors.Result);
        TestContext.WriteLine(output);
        return output;
    }

    [GeneratedRegex(@"mean squared error (\S+) rad²")]
    private static partial Regex Error();

    [GeneratedRegex(@"Mean error (\S+) rad² over 12 policies")]
    private static partial Regex Mean();
}
