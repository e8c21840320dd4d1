using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using MetaCritic.Cli.Output;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests;

/// <summary>What the help says holds.</summary>
[TestClass]
public sealed partial class HelpTests
{
    // Options whose help names a number or a character as the default, with the command line that is to give the same with it and without.
    private static readonly Dictionary<string, string> Lines = new(StringComparer.Ordinal)
    {
        ["collect --episodes"] = "collect --robot reacher --horizon 2 --out OUT",
        ["collect --horizon"] = "collect --robot reacher --episodes 2 --out OUT",
        ["collect --amplitude"] = "collect --robot reacher --episodes 4 --horizon 5 --out OUT",
        ["collect --noise"] = "collect --robot two-link --episodes 4 --horizon 5 --policies POLICIES --out OUT",
        ["collect --seed"] = "collect --robot reacher --episodes 4 --horizon 5 --out OUT",
        ["train --threads"] = "train --robot two-link --goals GOALS --out OUT --iterations 2 TINY",
        ["train --separator"] = "train --robot two-link --goals GOALS --out OUT --iterations 2 TINY",
        ["train --patience"] = "train --robot two-link --goals GOALS --validate GOALS --out OUT --set training.iterations=4 --set training.validationInterval=1 TINY",
        ["train --rounds"] = "train --transitions LOG --environment reacher --goals GOALS --out OUT --set training.iterations=4 --learn epochs=2 --learn members=1 TINY",
        ["train --episodes-per-round"] = "train --transitions LOG --environment reacher --rounds 2 --goals GOALS --out OUT --set training.iterations=4 --learn epochs=2 --learn members=1 TINY",
        ["fit --seed"] = "fit --critic CRITIC --goals GOALS --out OUT --steps 2",
        ["fit --policies-per-goal"] = "fit --critic CRITIC --goals GOALS --out OUT --steps 2",
        ["fit --tolerance"] = "fit --critic CRITIC --goals GOALS --out OUT --steps 2",
        ["fit --threads"] = "fit --critic CRITIC --goals GOALS --out OUT --steps 2",
        ["fit --separator"] = "fit --critic CRITIC --goals GOALS --out OUT --steps 2",
        ["evaluate --tolerance"] = "evaluate FITTED --json",
        ["evaluate --separator"] = "evaluate FITTED --json",
        ["rollout --separator"] = "rollout --policy FITTED --row 2 --critic CRITIC --steps 2 --out OUT",
        ["view --separator"] = "view FITTED --critic CRITIC --steps 2 --out PAGE",
        ["view --rows"] = "view FITTED --critic CRITIC --steps 2 --out PAGE",
    };

    public static IEnumerable<object[]> Defaults => Lines.Select(line => new object[] { line.Key });

    [TestMethod]
    public void Every_default_that_is_named_is_tried()
    {
        CollectionAssert.AreEquivalent(Lines.Keys, (from command in Commands() from option in command.Options where Named(option) is not null select $"{command.Name} {option.Name}").ToArray());

        // What the preset of a robot decides.
        StringAssert.Contains(Option("collect --horizon").Description, "65 for kuka, else 45");
        Assert.AreEqual(65, TaskPreset.Kuka.Training.Horizon);
        Assert.AreEqual(45, TaskPreset.TwoLink.Training.Horizon);
        Assert.AreEqual(45, TaskPreset.For(TaskPreset.Kuka.Robot, 4).Training.Horizon);
    }

    [TestMethod]
    [DynamicData(nameof(Defaults))]
    public async Task Giving_the_default_that_the_help_names_changes_nothing(string option)
    {
        using Workspace files = new();
        string[] line = [.. await Line(files, Lines[option])];
        string name = option.Split(' ')[1];
        (string Out, byte[] File) without = await Result(files, line), with = await Result(files, [.. line, name, Named(Option(option))!]);
        Assert.AreEqual(without.Out, with.Out);
        CollectionAssert.AreEqual(without.File, with.File);
    }

    [TestMethod]
    [DataRow(80)]
    [DataRow(120)]
    public async Task No_placeholder_is_broken(int width)
    {
        foreach (string command in Commands().Select(command => command.Name).Prepend(""))
        {
            string[] args = command.Length == 0 ? ["--help"] : [command, "--help"];
            ToolRun run = await ToolRun.Of(width, default, args);
            foreach (string line in run.Out.Split('\n'))
            {
                Assert.IsTrue(line.StartsWith("  metacritic ", StringComparison.Ordinal) || line.Count(c => c == '<') == line.Count(c => c == '>'), $"{command}: {line}");
                Assert.IsLessThanOrEqualTo(width, line.TrimEnd().Length, $"{command}: {line}");
            }
        }
    }

    [TestMethod]
    public async Task Every_command_ends_with_an_example()
    {
        foreach (string command in Commands().Select(command => command.Name).Where(name => name != "help"))
        {
            Assert.Contains($"\n  metacritic {command} ", (await ToolRun.Good(command, "--help")).Out.ReplaceLineEndings("\n").Split("Example")[^1], command);
        }
    }

    private static IEnumerable<Command> Commands() => Tool.Program.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null), []).Subcommands.Where(command => !command.Hidden);

    private static Option Option(string place)
    {
        string[] parts = place.Split(' ');
        return Commands().Single(command => command.Name == parts[0]).Options.Single(option => option.Name == parts[1]);
    }

    // The number or character that the help names as the default, as the command line takes it.
    private static string? Named(Option option)
    {
        if (option.HasDefaultValue && option.ValueType == typeof(int))
        {
            return ((int)option.GetDefaultValue()!).ToString(CultureInfo.InvariantCulture);
        }

        string text = option.Description ?? "";
        return Character().Match(text) is { Success: true } character ? character.Groups[1].Value
            : FirstOf().Match(text) is { Success: true } rows ? $"1-{rows.Groups[1].Value}"
            : InPreset().Match(text) is { Success: true } preset ? preset.Groups[1].Value
            : Number().Match(text) is { Success: true } number ? number.Groups[1].Value.TrimEnd('.')
            : null;
    }

    private static async Task<IEnumerable<string>> Line(Workspace files, string line)
    {
        if (!File.Exists(files["goals.csv"]))
        {
            files.Write("goals.csv", "goal_0,goal_1\n0.5,-0.5\n1,0.25\n0.2,0.2\n0.3,0.1\n-0.4,0.3\n0.7,0.7\n-0.2,-0.1\n0.1,0.9\n");
        }

        if (line.Contains("CRITIC", StringComparison.Ordinal) || line.Contains("FITTED", StringComparison.Ordinal) || line.Contains("POLICIES", StringComparison.Ordinal))
        {
            await ToolRun.Good("fit", "--critic", await files.Critic(), "--goals", files["goals.csv"], "--out", files["fitted.csv"], "--steps", "2", "--policies", files["policies"]);
        }

        if (line.Contains("LOG", StringComparison.Ordinal))
        {
            await ToolRun.Good("collect", "--robot", "reacher", "--out", files["log.csv"], "--episodes", "6", "--horizon", "10");
        }

        return line.Split(' ').SelectMany(word => word switch
        {
            "OUT" => [files["out"]],
            "PAGE" => [files["out.html"]],
            "GOALS" => [files["goals.csv"]],
            "CRITIC" => [files["two-link.critic"]],
            "FITTED" => [files["fitted.csv"]],
            "POLICIES" => [files["policies"]],
            "LOG" => [files["log.csv"]],
            "TINY" => Workspace.Tiny,
            _ => new[] { word },
        });
    }

    // A training that learned nothing leaves a critic, too, if it is asked to.
    private static async Task<(string Out, byte[] File)> Result(Workspace files, string[] line)
    {
        ToolRun run = await ToolRun.Of(line[0] == "train" ? [.. line, "--keep"] : line);
        Assert.IsTrue(run.ExitCode == 0 || (run.ExitCode == 1 && line[0] == "train"), run.Error);
        byte[] file = File.Exists(files["out"]) ? File.ReadAllBytes(files["out"]) : [];
        File.Delete(files["out"]);
        return (line.Contains("--json") ? run.Out : "", file);
    }

    [GeneratedRegex(@"'(.)' \(default\)")]
    private static partial Regex Character();

    [GeneratedRegex(@"Default: the first (\d+)")]
    private static partial Regex FirstOf();

    [GeneratedRegex(@"Default: that of the preset, .*else (\d+)")]
    private static partial Regex InPreset();

    [GeneratedRegex(@"(?:Default: (?:training\.\w+, |[a-z ]+, mostly )?(?=\d)|(?=\d+ for all cores \(default\)))([\d.]+)")]
    private static partial Regex Number();
}
