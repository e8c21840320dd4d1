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
    [DataRow("train --goals a --out c --seed abc", "error: --seed: value is \"abc\". Give a whole number from 0 to 18446744073709551615.")]
    [DataRow("fit --critic c --goals a --out b --steps 1.5", "error: --steps: value is \"1.5\". Give a whole number from -2147483648 to 2147483647.")]
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
