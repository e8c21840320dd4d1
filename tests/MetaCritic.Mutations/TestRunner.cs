using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaCritic.Mutations;

/// <summary>Builds the copy and runs its tests.</summary>
internal sealed partial class TestRunner(RepositoryCopy copy)
{
    // The list of faults is checked by a test of its own, which every fault would break.
    private const string Everything = "TestCategory!=Slow&FullyQualifiedName!~FaultListTests";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] Projects = ["MetaCritic.Tests", "MetaCritic.Tables.Tests", "MetaCritic.Cli.Tests", "MetaCritic.Export.Tests", "MetaCritic.ML.Tests", "MetaCritic.Paper.Tests"];

    /// <summary>Builds the copy as it is and runs everything.</summary>
    /// <returns>What fails; null if nothing does.</returns>
    public string? Baseline() => Build("MetaCritic.ML.sln", restore: true) ?? Projects.Select(project => Test(project, Everything)).FirstOrDefault(failed => failed is not null);

    /// <summary>Applies a fault, runs the tests, and takes it back.</summary>
    public Finding Try(Fault fault)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string file = copy.File(fault.File);
        string text = File.ReadAllText(file);
        int at = text.IndexOf(fault.Old, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(fault.Old, at + 1, StringComparison.Ordinal) >= 0)
        {
            return new(fault, Outcome.NotApplied, "its text does not stand there once", watch.Elapsed);
        }

        File.WriteAllText(file, text[..at] + fault.New + text[(at + fault.Old.Length)..]);
        try
        {
            (Outcome outcome, string by) = Judge(fault);
            return new(fault, outcome, by, watch.Elapsed);
        }
        finally
        {
            File.WriteAllText(file, text);
        }
    }

    private (Outcome Outcome, string By) Judge(Fault fault)
    {
        foreach (string project in Projects)
        {
            string[] killers = [.. fault.Killers.Split(' ').Where(name => Has(project, name))];
            if (killers.Length == 0)
            {
                continue;
            }

            if (Build($"tests/{project}", restore: false) is string error)
            {
                return (Outcome.NotApplied, error);
            }

            string filter = string.Join('|', killers.Select(name => $"FullyQualifiedName~.{name}."));
            if (Test(project, $"({filter})&{Everything}") is string failed)
            {
                return (Outcome.Killed, failed);
            }
        }

        if (Build("MetaCritic.ML.sln", restore: false) is string problem)
        {
            return (Outcome.NotApplied, problem);
        }

        string? found = Projects.Select(project => Test(project, Everything)).FirstOrDefault(failed => failed is not null);
        return found is null ? (Outcome.Survived, "") : (Outcome.Killed, found);
    }

    private bool Has(string project, string testClass) =>
        Directory.EnumerateFiles(copy.File($"tests/{project}"), testClass + ".cs", SearchOption.AllDirectories).Any();

    // Faults are no style: analyzers are left out.
    private string? Build(string target, bool restore)
    {
        string[] arguments = ["build", target, "-c", "Release", "-v:q", "-nologo", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false"];
        (int code, string output) = Run(restore ? arguments : [.. arguments, "--no-restore"]);
        return code == 0 ? null : output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal), "the build failed").Trim();
    }

    private string? Test(string project, string filter)
    {
        (int code, string output) = Run(["test", $"tests/{project}/bin/Release/net10.0/{project}.dll", "--filter", filter]);
        return code switch
        {
            0 => null,
            Stuck => $"{project} hangs",
            _ => FailedTest().Match(output) is { Success: true } match ? match.Groups[1].Value : $"{project} crashes",
        };
    }

    private const int Stuck = -1;

    private (int Code, string Output) Run(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = copy.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        StringBuilder output = new();
        using Process process = new() { StartInfo = start };
        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return (Stuck, "");
        }

        process.WaitForExit();
        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }
    }

    [GeneratedRegex(@"^\s*Failed (\S.*?) \[[<\d]", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
