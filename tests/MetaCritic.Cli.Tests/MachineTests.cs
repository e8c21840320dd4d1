using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using MetaCritic.Cli.Output;
using MetaCritic.Tests.Hostile;

namespace MetaCritic.Cli.Tests;

/// <summary>The tool as a process on all kinds of machines: the same bytes everywhere.</summary>
[TestClass]
public sealed class MachineTests
{
    private const string Invariant = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    private static readonly string[] CriticArguments = ["train", "--robot", "two-link", "--goals", "goals.csv", "--out", "a.critic", "--iterations", "3", "--set", "dynamicsSpread=[{\"parameter\":\"arm2.mass\",\"low\":0.5,\"high\":1.5}]", .. Workspace.Tiny];

    private static readonly string[][] Commands =
    [
        ["robot", "kuka"],
        ["robot", "two-link", "--set", "arm2.mass=1.5", "--evaluate", "states.json"],
        CriticArguments,
        ["fit", "--critic", "a.critic", "--goals", "goals.csv", "--out", "fitted.csv", "--steps", "3", "--policies", "policies"],
        ["evaluate", "fitted.csv", "--group", "arm2.mass"],
        ["evaluate", "wrong.csv"],
    ];

    private static readonly Lazy<Task<string>> Expected = new(() => Outcome(Plain));

    public static IEnumerable<object[]> Machines => new[] { "tr-TR", "de-DE", "ar-SA", "no home", "stdin closed", "colours wished for" }.Select(name => new object[] { name });

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Machines))]
    public async Task Every_machine_gives_the_same_bytes(string machine)
    {
        if (machine.Contains('-', StringComparison.Ordinal) && !HasCultures())
        {
            Assert.Inconclusive("There is no ICU on this machine; .NET knows the invariant culture only.");
        }

        if (OperatingSystem.IsWindows() && machine is "stdin closed")
        {
            Assert.Inconclusive("There is no shell here that closes it.");
        }

        Assert.AreEqual(await Expected.Value, await Outcome(start => Prepare(machine, start)));
    }

    [TestMethod]
    public async Task Nothing_is_drawn_into_pipes()
    {
        string outcome = await Expected.Value;
        Assert.IsFalse(outcome.Any(c => c is '\u001b' or '\b' or '\r'));
    }

    [TestMethod]
    [DataRow(0, "5 of 10")]
    [DataRow(3600, "")]
    public void Short_work_writes_no_progress_into_pipes(int delay, string written)
    {
        using StringWriter error = new();
        Terminal terminal = new(TextWriter.Null, error) { ProgressDelay = TimeSpan.FromSeconds(delay) };
        ProgressDisplay.Run(terminal, "it", display =>
        {
            display.Report(0, 10);
            display.Report(5, 10);
            return true;
        });
        StringAssert.StartsWith(error.ToString(), written);
        Assert.AreEqual(written.Length, Math.Min(error.ToString().Length, 7));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Read_only_folders_are_refused_before_the_work()
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        string closed = Directory.CreateDirectory(files["closed"]).FullName;
        File.SetUnixFileMode(goals, OrdinaryUser.MayRead);
        File.SetUnixFileMode(Path.GetDirectoryName(closed)!, UnixFileMode.UserWrite | OrdinaryUser.MayRead);
        File.SetUnixFileMode(closed, OrdinaryUser.MayRead);
        foreach (string[] line in (string[][])
        [
            ["train", "--robot", "two-link", "--goals", goals, "--out", Path.Combine(closed, "a.critic")],
            ["train", "--robot", "two-link", "--goals", goals, "--out", Path.Combine(closed, "a.critic"), "--checkpoint", closed],
            ["train", "--robot", "two-link", "--goals", goals, "--out", Path.Combine(closed, "a.critic"), "--checkpoint", Path.Combine(closed, "new")],
        ])
        {
            OrdinaryUser.Run(() => Assert.Contains(closed, ToolRun.Refused(line).GetAwaiter().GetResult()));
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(closed));
    }

    [TestMethod]
    [Timeout(300_000)]
    public void A_terminal_of_40_columns_is_kept_to()
    {
        const string Script = "/usr/bin/script";
        if (!File.Exists(Script))
        {
            Assert.Inconclusive("There is no program here that makes a terminal.");
        }

        using Workspace files = new();
        files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        ProcessStartInfo start = new(Script) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = files["."] };
        start.Environment.Remove("COLUMNS");
        start.Environment["TERM"] = "xterm";
        string tool = $"dotnet '{typeof(Tool).Assembly.Location}'";
        string train = string.Join(' ', CriticArguments.Select(argument => $"'{argument}'"));
        foreach (string argument in (string[])["-qec", $"stty cols 40 rows 24; {tool} robot kuka; {tool} {train}", "/dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("a.critic", output);

        // What moves the cursor takes no room.
        string shown = System.Text.RegularExpressions.Regex.Replace(output, "\u001b\\[[0-9;?]*[A-Za-z]", "");
        foreach (string line in shown.Split('\n', '\r'))
        {
            Assert.IsLessThanOrEqualTo(40, new StringInfo(line).LengthInTextElements, line);
        }
    }

    [TestMethod]
    [DataRow("robot kuka")]
    [DataRow("robot two-link --parameters")]
    [DataRow("train --robot two-link --goals goals.csv --out b.critic --iterations 2")]
    [DataRow("fit --critic two-link.critic --goals goals.csv --out fitted.csv --steps 1")]
    [DataRow("evaluate table.csv --group mass")]
    public async Task Nothing_is_lost_in_40_columns(string line)
    {
        using Workspace files = new();
        await files.Critic();
        files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n");
        files.Write("table.csv", "mass,error,diverged\n1,0.25,0\n2.5,1e-7,0\n2.5,,1\n");
        string[] arguments = [.. line.Split(' ').Select(word => word.Contains(".c", StringComparison.Ordinal) ? files[word] : word)];
        if (arguments[0] == "train")
        {
            arguments = [.. arguments, .. Workspace.Tiny];
        }

        ToolRun wide = await ToolRun.Good(arguments);
        ToolRun narrow = await ToolRun.Of(40, default, arguments);
        Assert.AreEqual(0, narrow.ExitCode, narrow.Error);
        string all = Squeezed(narrow.Out);
        foreach (string cell in wide.Out.Split('\n').SelectMany(row => row.Split("  ", StringSplitOptions.RemoveEmptyEntries)).Where(cell => !cell.Contains(" s", StringComparison.Ordinal)))
        {
            Assert.Contains(Squeezed(cell), all, narrow.Out);
        }

        foreach (string row in narrow.Out.Split('\n'))
        {
            Assert.IsLessThanOrEqualTo(40, new StringInfo(row).LengthInTextElements, row);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("robot")]
    [DataRow("train")]
    [DataRow("fit")]
    [DataRow("evaluate")]
    public async Task Help_fits_40_columns(string command)
    {
        ToolRun run = await ToolRun.Of(40, default, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        foreach (string row in run.Out.Split('\n').Where(row => !row.StartsWith("  metacritic ", StringComparison.Ordinal))) // commands to be copied are whole
        {
            Assert.IsLessThanOrEqualTo(40, row.TrimEnd().Length, row);
        }
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static bool HasCultures()
    {
        try
        {
            return new CultureInfo("tr-TR").NumberFormat.NumberDecimalSeparator == ",";
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    private static void Plain(ProcessStartInfo start) => start.Environment[Invariant] = "1";

    private static void Prepare(string machine, ProcessStartInfo start)
    {
        Plain(start);
        switch (machine)
        {
            case "no home":
                string[] kept = ["PATH", "DOTNET_ROOT", "SystemRoot", Invariant];
                foreach (string name in start.Environment.Keys.Where(name => !kept.Contains(name)).ToArray())
                {
                    start.Environment.Remove(name);
                }

                break;
            case "stdin closed":
                start.FileName = "sh";
                foreach (string argument in (string[])["dotnet", "sh", "exec \"$@\" <&-", "-c"])
                {
                    start.ArgumentList.Insert(0, argument);
                }

                break;
            case "colours wished for":
                foreach ((string name, string value) in new[] { ("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "1") })
                {
                    start.Environment[name] = value;
                }

                break;
            default:
                start.Environment[Invariant] = "0";
                start.Environment["LC_ALL"] = machine.Replace('-', '_') + ".UTF-8";
                break;
        }
    }

    // Everything that a day's work prints and writes, in a folder whose name is a trial of its own.
    private static async Task<string> Outcome(Action<ProcessStartInfo> machine)
    {
        string parent = Directory.CreateTempSubdirectory().FullName;
        string folder = Directory.CreateDirectory(Path.Combine(parent, "Işık ä 'quoted' 目標 🦾")).FullName;
        File.WriteAllText(Path.Combine(folder, "goals.csv"), "goal_0,goal_1,arm2.mass\n0.5,-0.5,1.5\n-1.25,1e-3,0.75\n");
        File.WriteAllText(Path.Combine(folder, "states.json"), "{\"cases\":[{\"q\":[0.5,0.25],\"qd\":[1e-3,-2],\"tau\":[0,1.5]}]}");
        File.WriteAllText(Path.Combine(folder, "wrong.csv"), "error,diverged\n1.5,0\n-2.5,0\n");
        try
        {
            List<string> seen = [];
            foreach (string[] command in Commands)
            {
                ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
                foreach (string argument in (string[])[typeof(Tool).Assembly.Location, .. command])
                {
                    start.ArgumentList.Add(argument);
                }

                start.Environment.Remove("COLUMNS");
                machine(start);
                using Process process = Process.Start(start)!;
                Task<string> output = process.StandardOutput.ReadToEndAsync();
                Task<string> error = process.StandardError.ReadToEndAsync();
                await process.WaitForExitAsync();
                seen.Add($"{string.Join(' ', command)}: {process.ExitCode}\n{WithoutTimes(await output)}{WithoutTimes(await error)}");
            }

            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                seen.Add($"{Path.GetRelativePath(folder, file)}: {Convert.ToBase64String(File.ReadAllBytes(file))}");
            }

            return string.Join('\n', seen);
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    // Durations and rates differ from run to run, and whether there is time for progress.
    // Lines of progress come where work takes more than a second, on one machine and not on another.
    private static string WithoutTimes(string text) => System.Text.RegularExpressions.Regex.Replace(
        System.Text.RegularExpressions.Regex.Replace(text, @"(?m)^[0-9]+ of [0-9]+.*\n", ""),
        @"[0-9.E+]+ s \([0-9.E+]+ it/s\)|[0-9.]+ s\b|[0-9.E+]+ (it|updates)/s [0-9:days]+( left)?",
        "…");
}
