namespace MetaCritic.Cli.Tests;

/// <summary>Slips of the fingers, help, completion, and standard input and output.</summary>
[TestClass]
public sealed class CommandLineTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n1,0.25\n";

    [TestMethod]
    [DataRow("trian", "error: there is no command \"trian\". Did you mean train?")]
    [DataRow("help trian", "error: there is no command \"trian\". Did you mean train?")]
    [DataRow("xyz", "error: there is no command \"xyz\".")]
    [DataRow("train --robt kuka", "error: there is no option \"--robt\". Did you mean --robot?")]
    [DataRow("train --goal=k.csv", "error: there is no option \"--goal\". Did you mean --goals?")]
    [DataRow("train --robot kuka", "error: --goals <goals.csv> and --out <file> are missing.")]
    [DataRow("train --robot", "error: --robot: there is no value. Give --robot <robot>.")]
    [DataRow("train --goals a --goals b --out c", "error: --goals: it is given 2 times. Give it once.")]
    [DataRow("train --goals a --out c --seed abc", "error: --seed: value is \"abc\". Give a whole number of 0 or more, below 2^64.")]
    [DataRow("fit --critic c --goals a --out b --steps 1.5", "error: --steps: value is \"1.5\". Give a whole number.")]
    [DataRow("train --goals a --out c --iterations abc", "error: --iterations: value is \"abc\". Give a whole number.")]
    [DataRow("rollout --policy p --row x", "error: --row: value is \"x\". Give a whole number.")]
    [DataRow("collect --robot kuka --out l --amplitude abc", "error: --amplitude: value is \"abc\". Give a number, with a decimal point.")]
    [DataRow("export p --out x.onnx --format foo", "error: --format: value is \"foo\". Give c, json or onnx.")]
    [DataRow("train --goals a --out c --separator ab", "error: --separator: value is \"ab\". Give ',', ';', tab, '|' or another ASCII character that is in no number and no name.")]
    [DataRow("inspect", "error: <file> is missing.")]
    [DataRow("--foo", "error: there is no option \"--foo\".")]
    [DataRow("train --goals a --out c --preset kka", "error: --preset: value is \"kka\". Give auto, kuka, reacher or two-link. Did you mean kuka?")]
    [DataRow("completion bsh", "error: <shell>: value is \"bsh\". Give bash, fish, pwsh or zsh. Did you mean bash?")]
    [DataRow("robot kuka more", "error: \"more\" is one argument too many. Put quotation marks around a text that has spaces.")]
    [DataRow("robot", "error: <robot> is missing.")]
    public async Task A_slip_gives_one_error_with_what_was_meant(string line, string error)
    {
        ToolRun run = await ToolRun.Of(line.Split(' '));
        Assert.AreEqual(2, run.ExitCode);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.HasCount(2, lines, run.Error);
        Assert.AreEqual(error, lines[0]);
        StringAssert.StartsWith(lines[1], "Try: metacritic ");
        StringAssert.EndsWith(lines[1], "--help");
    }

    [TestMethod]
    [DataRow("basehinge,interArm\n1,2\n", "the column \"basehinge\" is unknown. Nearest are baseHinge, ")]
    [DataRow("goal_0,goal_1,arm2.mas\n1,2,3\n", "the column \"arm2.mas\" is unknown. Nearest are arm2.mass, ")]
    [DataRow("goal_0,goal_1,goal_2\n1,2,3\n", "there is no place for the column \"goal_2\": the robot \"two-link\" has 2 joints, ")]
    public async Task A_column_that_is_unknown_is_named_with_the_three_nearest(string table, string said)
    {
        using Workspace files = new();
        string error = await ToolRun.Refused("train", "--robot", "two-link", "--goals", files.Write("goals.csv", table), "--out", files["c"]);
        Assert.Contains(said, error);
        Assert.IsLessThan(350, error.Length, error);
    }

    [TestMethod]
    public async Task A_critic_is_not_taken_for_a_robot()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        Assert.Contains("this is a file of MetaCritic (a critic, a policy or learned dynamics), not a robot", await ToolRun.Refused("robot", critic));
    }

    [TestMethod]
    [DataRow("robot two-lin", "there is neither a built-in robot nor a file of this name. Perhaps 'two-link' is meant. Give two-link, ")]
    [DataRow("robot GOALS", "this is no robot: it begins with \"goal_0,goal_1\", not with <robot> or <mujoco>. Give a URDF or MJCF file")]
    [DataRow("robot two-link --evaluate GOALS", "this is not valid JSON, line 1, character 1: 'g' is an invalid start of a value. Correct it.")]
    [DataRow("robot two-link --set foo=1", "there is no such parameter. Nearest are ")]
    [DataRow("robot two-link --set foo=1", ", of 81; metacritic robot --parameters and RobotModel.Parameters list them.")]
    [DataRow("robot two-link --set arm2.mas=1", "there is no such parameter. Perhaps 'arm2.mass' or 'arm1.mass' is meant.")]
    [DataRow("train --robot two-link --goals GOALS --out OUT --threads 99999", "error: --threads: value is 99999. Give a value from 0 to 1024.")]
    [DataRow("train --robot two-link --goals GOALS --out OUT --set horizon=-5", "error: training.horizon: value is -5. Give a value from 1 to 100000.")]
    [DataRow("train --robot two-link --goals GOALS --out OUT --set fitting.stops=5", "error: \"fitting.stops\": there is no such option. Perhaps 'fitting.steps' is meant.")]
    [DataRow("train --robot two-link --goals GOALS --out OUT --options GOALS", "this is not valid JSON, line 1, character 1: 'g' is an invalid start of a value. Correct it.")]
    [DataRow("train --robot two-link --goals GOALS --validate GOALS --out OUT --patience -1", "error: --patience: value is -1. Give a value from 0 to 1000000.")]
    [DataRow("fit --critic CRITIC --goals GOALS --out OUT --steps -1", "error: --steps: value is -1. Give a value from 0 to 1000000.")]
    [DataRow("fit --critic CRITIC --goals GOALS --out OUT --learning-rate 0", "error: --learning-rate: value is 0. Give a finite number greater than 0.")]
    [DataRow("fit --critic CRITIC --goals GOALS --out OUT --tolerance -1", "error: --tolerance: value is -1. Give a finite number, 0 or more.")]
    [DataRow("fit --critic GOALS --goals GOALS --out OUT", "this is no file of MetaCritic.ML. Give a critic file.")]
    [DataRow("collect --robot two-link --out OUT --horizon 0", "error: --horizon: value is 0. Give a value from 1 to 100000.")]
    [DataRow("collect --robot two-link --out OUT --amplitude -1", "error: --amplitude: value is -1. Give a finite number greater than 0.")]
    [DataRow("collect --robot two-link --out OUT --policies none", "error: --policies none: there is no such folder. Give a folder that metacritic fit --policies wrote.")]
    [DataRow("rollout --policy GOALS --critic CRITIC --out OUT", "error: --row: it is missing, and ")]
    [DataRow("rollout --policy GOALS --critic CRITIC --row 0 --out OUT", "error: --row: value is 0. Give a value of at least 1.")]
    [DataRow("rollout --policy GOALS --critic CRITIC --row 1 --start 1 --out OUT", "error: --start: there is 1 number. Give 2 positions, or 2 positions and as many velocities, or joint=position.")]
    [DataRow("inspect GOALS", "this is no file of MetaCritic.ML. Give a critic, a policy, learned dynamics, a checkpoint, or a model that ML.NET saved.")]
    public async Task Messages_speak_of_what_was_typed_and_not_of_the_librarys_insides(string line, string said)
    {
        using Workspace files = new();
        string critic = line.Contains("CRITIC", StringComparison.Ordinal) ? await files.Critic() : "", goals = files.Write("goals.csv", Goals);
        string error = await ToolRun.Refused([.. line.Split(' ').Select(word => word switch { "GOALS" => goals, "CRITIC" => critic, "OUT" => files["out"], _ => word })]);
        Assert.Contains(said, error);
        foreach (string inside in (string[])["System.", "Nullable", "LineNumber", "BytePosition", "options.", "Exception", "position 1", "2147483647"])
        {
            Assert.DoesNotContain(inside, error);
        }

        Assert.IsFalse(File.Exists(files["out"]));
    }

    [TestMethod]
    public async Task What_was_asked_for_is_counted()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good("collect", "--robot", "reacher", "--out", files["log.csv"], "--episodes", "4", "--horizon", "6", "--json");
        Assert.AreEqual(4, run.Json.GetProperty("episodes").GetInt32());
        Assert.AreEqual(0, run.Json.GetProperty("endedEarly").GetInt32());
        Assert.AreEqual(24, run.Json.GetProperty("transitions").GetInt32());
        run = await ToolRun.Good("collect", "--robot", "reacher", "--out", files["log.csv"], "--episodes", "4", "--horizon", "6");
        Assert.Contains("episodes     4 of 6 steps\n", run.Out.ReplaceLineEndings("\n"));

        // Far too much force: some roll-outs leave the finite range on the way.
        run = await ToolRun.Good("collect", "--robot", "two-link", "--out", files["log.csv"], "--episodes", "6", "--amplitude", "60", "--json");
        (int asked, int early, int rows) = (run.Json.GetProperty("episodes").GetInt32(), run.Json.GetProperty("endedEarly").GetInt32(), run.Json.GetProperty("transitions").GetInt32());
        Assert.AreEqual(6, asked);
        Assert.IsGreaterThan(0, early);
        Assert.IsTrue(rows < 6 * 45 && rows >= (6 - early) * 45, $"{rows} rows, {early} ended early");
        run = await ToolRun.Good("collect", "--robot", "two-link", "--out", files["log.csv"], "--episodes", "6", "--amplitude", "60");
        Assert.Contains($"6 of 45 steps; {early} left the finite range before and end there", run.Out);
    }

    [TestMethod]
    public async Task Help_is_a_command_too_and_ends_with_an_example()
    {
        ToolRun asked = await ToolRun.Good("help", "train"), option = await ToolRun.Good("train", "--help");
        Assert.AreEqual(option.Out, asked.Out);
        Assert.Contains("\n  metacritic train --robot arm.urdf --goals goals.csv --out arm.critic\n", asked.Out.ReplaceLineEndings("\n"));
        Assert.AreEqual((await ToolRun.Good("--help")).Out, (await ToolRun.Good("help")).Out);
    }

    [TestMethod]
    [DataRow("metacritic tra", "train")]
    [DataRow("metacritic fit --cri", "--critic")]
    [DataRow("metacritic train --preset r", "reacher")]
    public async Task The_shell_is_told_what_may_stand_there(string line, string completion)
    {
        ToolRun run = await ToolRun.Good("complete", "--position", line.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), "--", line);
        Assert.Contains(completion, run.Out.Split('\n').Select(answer => answer.TrimEnd()));
    }

    [TestMethod]
    [DataRow("bash", "complete -o default -F _metacritic metacritic")]
    [DataRow("zsh", "compdef _metacritic metacritic")]
    [DataRow("fish", "complete -c metacritic")]
    [DataRow("pwsh", "Register-ArgumentCompleter -Native -CommandName metacritic")]
    public async Task There_is_a_script_for_each_shell(string shell, string line) => Assert.Contains(line, (await ToolRun.Good("completion", shell)).Out);

    [TestMethod]
    public async Task Goals_come_from_standard_input_and_the_table_goes_to_standard_output()
    {
        using Workspace files = new();
        string critic = await files.Critic(), goals = files.Write("goals.csv", Goals);
        await ToolRun.Good("fit", "--critic", critic, "--goals", goals, "--out", files["fitted.csv"], "--steps", "2");
        ToolRun run = await ToolRun.WithInput(Goals, "fit", "--critic", critic, "--goals", "-", "--out", "-", "--steps", "2");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual(File.ReadAllText(files["fitted.csv"]), run.Out.ReplaceLineEndings("\n"));
        Assert.Contains("mean error", run.Error);
        run = await ToolRun.WithInput("goal_0,goal_1\n1\n", "fit", "--critic", critic, "--goals", "-", "--out", "-");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains("standard input, line 2", run.Error);
        Assert.AreEqual("", run.Out);
        run = await ToolRun.WithInput(Goals, "fit", "--critic", critic, "--goals", "-", "--out", "-", "--json");
        Assert.AreEqual(2, run.ExitCode);
        Assert.IsFalse(File.Exists("-"));
    }

    [TestMethod]
    public void Remarks_are_broken_between_words_and_commands_are_whole()
    {
        using StringWriter error = new();
        Output.Terminal terminal = new(TextWriter.Null, error) { ErrorWidth = 30 };
        terminal.Remark("one two three four five six seven eight nine");
        terminal.Remark("This may help to learn something: metacritic train --robot kuka --goals goals.csv --out kuka.critic");
        Assert.AreEqual(
            "one two three four five six\nseven eight nine\nThis may help to learn\nsomething:\nmetacritic train --robot kuka --goals goals.csv --out kuka.critic\n",
            error.ToString().ReplaceLineEndings("\n"));
    }
}
