using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>How long programs take from their start to their end, beside a program that does nothing.</summary>
internal static class StartRatios
{
    private const string Tool = "MetaCritic.Cli";

    public static Table Measure(Effort effort)
    {
        string folder = Directory.CreateTempSubdirectory("metacritic-start-").FullName;
        try
        {
            string nothing = Compile(folder);
            string tool = Path.Combine(AppContext.BaseDirectory, Tool + ".dll");
            string goals = Path.Combine(folder, "goals.csv");
            File.WriteAllLines(goals, ["goal_0,goal_1,goal_2,goal_3,goal_4,goal_5,goal_6", .. KukaTask.Goals(4).Select(goal => string.Join(',', goal.Select(x => x.ToString(CultureInfo.InvariantCulture))))]);
            Timing[] timings = Paired.Measure(
                effort with { Rounds = effort.IsQuick ? 1 : 11, WarmupSeconds = 0 },
                new("nothing", () => Run(nothing)),
                new("version", () => Run(tool, "--version")),
                new("robot", () => Run(tool, "robot", "kuka")),
                new("train", () => Run(tool, "train", "--robot", "kuka", "--goals", goals, "--iterations", "1", "--out", Path.Combine(folder, "kuka.critic"))));
            string[] names = ["a program that does nothing", "metacritic --version", "metacritic robot kuka", "metacritic train --robot kuka --iterations 1"];
            return new(
                "start",
                "From the start of a process to its end",
                [.. names.Select((name, i) => new Row(
                    name,
                    [
                        new("time", "ms", 1e3 * timings[i].Time),
                        .. i == 0 ? Array.Empty<Figure>() : [new("beyond the runtime's own", "ms", 1e3 * Spread.Of(timings[i].Seconds.Zip(timings[0].Seconds, (a, b) => a - b)))],
                    ]))],
                ["The last row includes reading goals, one meta-iteration (B = 4, T = 65), and writing the critic."]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // An empty program with the tool's runtime settings.
    private static string Compile(string folder)
    {
        const string Name = "nothing";
        string path = Path.Combine(folder, Name + ".dll");
        CSharpCompilation compilation = CSharpCompilation.Create(
            Name,
            [CSharpSyntaxTree.ParseText("static class Program { static void Main() { } }")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);
        if (!compilation.Emit(path).Success)
        {
            throw new InvalidOperationException("The empty program does not compile.");
        }

        File.Copy(Path.Combine(AppContext.BaseDirectory, Tool + ".runtimeconfig.json"), Path.Combine(folder, Name + ".runtimeconfig.json"));
        return path;
    }

    private static void Run(string program, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}");
        }
    }
}
