using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>
/// Every page works as it stands: its commands run in their order, in a fresh folder with the files that the page gives, print what the page
/// says, and keep to a terminal of 80 and of 120 columns.
/// </summary>
[TestClass]
public sealed partial class PageWalkTests
{
    private const string Script = "/usr/bin/script";
    private const string Tool = "metacritic ";

    // Commands that are not run here, by how they begin, and why.
    private static readonly (string Start, string Why)[] LeftOut =
    [
        ("dotnet run -c Release -v minimal --project examples/", "the tests of the examples run these"),
        ("dotnet run -c Release --project src/MetaCritic.Paper", "takes up to an hour; the tests of the paper run it with --quick"),
        ("dotnet run -c Release --project tests/", "benchmarks and mutations take minutes to hours"),
        ("dotnet run -c Release", "the first program: the tests of the packages run it"),
        ("dotnet test", "would run these tests"),
        ("METACRITIC_FUZZ_CASES=", "would run these tests"),
        ("dotnet pack", "the tests of the packages do it"),
        ("SOURCE_DATE_EPOCH=", "packs"),
        ("dotnet nuget add source", "changes the settings of the user; the tests of the packages have a feed of their own"),
        ("dotnet new console", "the tests of the packages do it"),
        ("cd first", "the folder of that"),
        ("dotnet add package", "the tests of the packages do it"),
        ("dotnet tool install", "the tests of the packages do it"),
        ("dotnet format", "changes the source"),
        ("metacritic train --robot kuka --goals examples/goals/kuka.csv --out c.critic", "2000 meta-iterations, for a figure of the page"),
        ("metacritic fit --critic c.critic", "the critic of that"),
        ("metacritic evaluate c.csv", "the table of that"),
    ];

    // What ran in 120 columns: one of each kind of commands, those of the same name and options.
    private static readonly ConcurrentDictionary<string, bool> Wide = new();

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Walks =>
        from page in Repository.Pages
        where Repository.Parts(page).Any(part => part.Language == "sh" && Commands(part.Text).Any(Runs))
        select new object[] { Path.GetRelativePath(Repository.Root, page).Replace('\\', '/') };

    [TestMethod]
    [DynamicData(nameof(Walks))]
    public async Task ThePageWorksInOrderFromAFreshFolder(string page)
    {
        if (!File.Exists(Script))
        {
            Assert.Inconclusive("There is no program here that makes a terminal.");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("metacritic-page-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, ".bin"));
            string tool = Path.Combine(folder.FullName, ".bin", "metacritic");
            File.WriteAllText(tool, $"#!/bin/sh\nexec dotnet '{typeof(Cli.Tool).Assembly.Location}' \"$@\"\n");
            Process.Start("chmod", ["+x", tool]).WaitForExit();
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "examples"), Path.Combine(Repository.Root, "examples"));

            string printed = "";
            foreach (Repository.Part part in Repository.Parts(Path.Combine(Repository.Root, page)))
            {
                if (part.Language == "sh")
                {
                    printed = "";
                    string[] commands = [.. Commands(part.Text).Where(Runs)];
                    if (commands.Length > 0)
                    {
                        printed = await Run(folder.FullName, commands, 80);
                    }

                    foreach (string command in commands.Where(command => command.StartsWith(Tool, StringComparison.Ordinal) && Wide.TryAdd(Kind(command), true)))
                    {
                        await Run(folder.FullName, [Shortened(command)], 120);
                    }
                }
                else if (part.FileName is { } name)
                {
                    File.WriteAllText(Path.Combine(folder.FullName, name), part.Text + "\n");
                }
                else if (part.Language == "text" && printed.Length > 0)
                {
                    Prints(part.Text, printed);
                    printed = "";
                }
            }
        }
        finally
        {
            Directory.Delete(Path.Combine(folder.FullName, "examples"));
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void CommandsStandInBlocksThatAreRun()
    {
        foreach (string page in Repository.Pages)
        {
            foreach (Repository.Part part in Repository.Parts(page).Where(part => part.Language.Length == 0))
            {
                Assert.DoesNotMatchRegex(@"^(metacritic|dotnet) ", part.Text, $"{page}: a block of commands is not marked as sh");
            }
        }

        string[] all = [.. Repository.Pages.SelectMany(Repository.Parts).Where(part => part.Language == "sh").SelectMany(part => Commands(part.Text))];
        foreach ((string start, _) in LeftOut)
        {
            Assert.IsTrue(Array.Exists(all, command => command.StartsWith(start, StringComparison.Ordinal)), $"no page has a command that begins with {start}");
        }
    }

    private static bool Runs(string command) => !Array.Exists(LeftOut, left => command.StartsWith(left.Start, StringComparison.Ordinal));

    // Lines of a block, those that continue joined, without comments.
    private static IEnumerable<string> Commands(string block) => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Where(line => line.Trim().Length > 0 && !line.StartsWith('#'));

    // A training through a model prints the same lines in three meta-iterations as in many. Where the page itself cuts it short, it needs those. What it writes goes beside what the page made.
    private static string Shortened(string command) => command.StartsWith(Tool + "train ", StringComparison.Ordinal) && !command.Contains(" --resume", StringComparison.Ordinal) && !command.Contains(" --transitions", StringComparison.Ordinal)
        ? Written().Replace(command, match => $"{match.Value}.wide") + (Iterations().IsMatch(command) ? "" : " --iterations 3")
        : command;

    private static string Kind(string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words[1..].Where((word, i) => i == 0 || word.StartsWith("--", StringComparison.Ordinal)).Distinct());
    }

    private async Task<string> Run(string folder, string[] commands, int width)
    {
        string script = Path.Combine(folder, ".bin", "block.sh");
        await File.WriteAllLinesAsync(script, commands, TestContext.CancellationToken);
        ProcessStartInfo start = new(Script, ["-qec", $"stty cols {width} rows 24; sh -e '{script}'", "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("COLUMNS");
        start.Environment["TERM"] = "xterm";
        start.Environment["PATH"] = Path.Combine(folder, ".bin") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        string shown = Escape().Replace(Move().Replace(output, "\n"), "");
        Assert.AreEqual(0, process.ExitCode, $"{string.Join('\n', commands)}\n{shown}");
        foreach (string line in shown.Split('\n', '\r').Where(line => !line.StartsWith(Tool, StringComparison.Ordinal))) // a command to be copied is whole
        {
            Assert.IsLessThanOrEqualTo(width, new StringInfo(line).LengthInTextElements, $"{string.Join('\n', commands)}\n{line}");
        }

        TestContext.WriteLine(shown);
        return shown;
    }

    // Each line of the page in its turn, with other numbers; "…" stands for lines left out.
    private static void Prints(string expected, string printed)
    {
        string[] lines = [.. printed.Split('\n', '\r').Select(Numberless)];
        int next = 0;
        foreach (string line in expected.Split('\n').Select(Numberless).Where(line => line.Length > 0 && line != "…"))
        {
            int found = Array.IndexOf(lines, line, next);
            Assert.IsGreaterThanOrEqualTo(0, found, $"the page has a line {line}, which is not printed in its place:\n{printed}");
            next = found + 1;
        }
    }

    private static string Numberless(string line) => Spaces().Replace(Number().Replace(line, "#"), " ").Trim();

    [GeneratedRegex(@" --iterations \d+")]
    private static partial Regex Iterations();

    // Pictures keep their ending, and may be drawn over.
    [GeneratedRegex(@"(?<=--(out|checkpoint|log|tensorboard) )\S+")]
    private static partial Regex Written();

    // What moves the cursor, or clears.
    [GeneratedRegex("\u001b\\[[0-9;]*[A-HJK]")]
    private static partial Regex Move();

    [GeneratedRegex("\u001b(\\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex Escape();

    [GeneratedRegex(@"(?<![A-Za-z])-?\d+([.,]\d+)*(E[+-]?\d+)?( MiB| KiB)?")]
    private static partial Regex Number();

    [GeneratedRegex("[ ─━]+")]
    private static partial Regex Spaces();
}
