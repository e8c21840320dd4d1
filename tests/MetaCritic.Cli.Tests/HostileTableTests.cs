using System.Text;
using MetaCritic.Cli.Commands;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tests.Hostile;

namespace MetaCritic.Cli.Tests;

/// <summary>Damaged and oversized tables and states files that only the tool reads.</summary>
[TestClass]
public sealed class HostileTableTests
{
    private const int Cases = 1_000;

    private static readonly string[] FittingTables = ["goal_0,goal_1,seed\n0.5,-0.5,7\n1,2,18446744073709551615\n", "goal_0,goal_1,arm1.mass,start_baseHinge\n0.5,-0.5,1,0.1\n"];

    private static readonly string[] Fitted = ["goal_0,mass,error,steps,diverged\n0,1,10,5,0\n0,2,1,5,0\n0,1,NaN,5,1\n", "error,diverged\n1,0\n\n,1\n"];

    private static readonly string[] Trajectories = ["time,baseHinge,interArm,baseHinge.goal,interArm.goal\n0,0.5,-0.5,1,2\n0.5,1,2,1,2\n", "note,interArm,time,baseHinge\n,1,-3,2\nx,2,4,5\n"];

    private static readonly string[] RowsToSee =
    [
        "goal_0,goal_1,policy,final_0,final_1,final_2,final_3,error,steps,diverged\n0.5,-0.5,0,1,2,3,4,0.5,60,0\n1,2,1,NaN,NaN,NaN,NaN,NaN,5,1\n",
        "id,goal_0,goal_1,arm2.mass\na,0.5,-0.5,2\nb,1,2,1\n",
    ];

    private static readonly string[] States =
    [
        "{\"gravity\":[0,0,-9.81],\"cases\":[{\"q\":[0.1,0.2],\"qd\":[1,2],\"tau\":[0,1]},{\"q\":[1,2],\"qd\":[0,0],\"tau\":[0,0]}]}",
        "{\"gravity_z\":-1,\"cases\":[{\"q\":[0.1,0.2],\"qd\":[1,2],\"tau\":[0,1],\"note\":\"x\"}],\"more\":{}}",
    ];

    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Kinds => [["goals to fit"], ["fitted table"], ["states"], ["trajectory"], ["rows to see"]];

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Kinds))]
    public void Files_damaged_at_random_give_a_result_or_our_error(string name) => Fuzz(name, 1, Cases);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Kinds))]
    public void Files_damaged_a_million_times_give_a_result_or_our_error(string name) => Fuzz(name, HostileTarget.LongSeed, HostileTarget.LongCases / Kinds.Count());

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Kinds))]
    public void Every_truncation_and_every_flipped_bit_gives_a_result_or_our_error(string name)
    {
        using Workspace files = new();
        HostileTarget target = Target(name, files);
        HostileRun run = new(target.Source);
        foreach (string text in Corpus(name))
        {
            run.TryDamaged(Encoding.UTF8.GetBytes(text), target.Read);
        }

        TestContext.WriteLine($"{name}: {run}");
        Assert.IsGreaterThan(0, run.Refused);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow(3_000_000, false)]
    [DataRow(1_000_000, true)]
    public void The_largest_tables_stay_within_their_memory(int rows, bool different)
    {
        using Workspace files = new();
        string file = files["full.csv"];
        using (StreamWriter writer = new(file))
        {
            writer.Write("error,diverged\n");
            for (int i = 0; i < rows; i++)
            {
                writer.Write(different ? FormattableString.Invariant($"{Math.PI / (i + 1):R},0\n") : "1,0\n");
            }
        }

        HostileRun run = new(file);
        Assert.IsNull(run.Try(() => Assert.HasCount(rows, EvaluateCommand.Read(file, group: "error").Groups), () => "a full table"));
        TestContext.WriteLine(run.ToString());
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("{},", "cases[0].q")]
    [DataRow("{\"q\":[0,0],\"qd\":[0,0],\"tau\":[0,0]},", "are more than")]
    [DataRow("[", "not valid JSON")]
    [DataRow("{\"q\":", "not valid JSON")]
    public void The_largest_states_files_stay_within_their_memory(string item, string message)
    {
        using Workspace files = new();
        const int Size = (8 << 20) - 64;
        StringBuilder text = new("{\"cases\":[", Size + 100);
        while (text.Length < Size)
        {
            text.Append(item);
        }

        string file = files.Write("states.json", text.Append(item[0] == '{' && item[^1] == ',' ? "0]}" : "").ToString());
        text.Clear().Capacity = 0;
        HostileRun run = new(file);
        string? error = run.Try(() => StatesFile.Evaluate(file, RobotModel.TwoLink, default), () => item);
        Assert.Contains(message, error ?? "");
        TestContext.WriteLine($"{item}: {run}");
    }

    [TestMethod]
    [DataRow("evaluate {0}", "error,diverged\n1,0\n2,\n")]
    [DataRow("evaluate {0}", "error,diverged\n\"1,0\n")]
    [DataRow("robot two-link --evaluate {0}", "{\"cases\":[{\"q\":[0,0],\"qd\":[0,0],\"tau\":[0,0]},{\"q\":[0,0],\"qd\":[0,0]}]}")]
    [DataRow("robot two-link --evaluate {0}", "{\"cases\":[],\"cases\":[]}")]
    [DataRow("robot {0}", "<robot name='r'><link name='a'/>")]
    [DataRow("train --robot two-link --goals {0} --out out --checkpoint folder", "goal_0,goal_1\n0.5,-0.5\n1\n")]
    [DataRow("train --robot two-link --goals {0} --out out", "goal_0,goal_1\n0.5,\"1,5\"\n")]
    [DataRow("train --transitions {0} --goals goals --out out --checkpoint folder", "state_0,state_1,action_0,next_state_0,next_state_1\n1,2,3,4,5\n1,2,3,4\n")]
    [DataRow("fit --critic critic --goals {0} --out out --policies folder", "goal_0,goal_1,arm2.mass\n0.5,-0.5,1\n0.5,-0.5,-1\n")]
    [DataRow("fit --critic {0} --goals goals --out out --policies folder", "MCTF")]
    [DataRow("rollout --policy {0} --critic critic --out out", "MCTF")]
    [DataRow("rollout --policy {0} --row 1 --critic critic --out out", "goal_0,goal_1\n0.5,\n")]
    [DataRow("view {0} --out page.html", "MCTF")]
    [DataRow("view {0} --out page.html", "<robot name='r'><link name='a'/>")]
    [DataRow("view {0} --critic critic --out page.html", "goal_0,goal_1\n0.5,-0.5\n1\n")]
    [DataRow("view {0} --critic critic --out page.html", "time,baseHinge,interArm\n0,0,0\n1,\"0\n")]
    [DataRow("train --robot two-link --goals goals --options {0} --out out", "{\"training\":{\"horizon\":50,\"horizon\":50}}")]
    [DataRow("train --robot two-link --goals goals --options {0} --out out", "{\"training\":{\"horizon\":1e9}}")]
    public async Task What_is_refused_leaves_nothing_behind(string command, string hostile)
    {
        using Workspace files = new();
        string critic = await files.Critic();
        files.Write("goals", "goal_0,goal_1\n0.5,-0.5\n");
        files.Write("out", "old");
        files.Write("hostile file", hostile);
        string[] before = files.Files();
        string[] arguments = [.. command.Split(' ').Select(word => word switch
        {
            "{0}" => files["hostile file"],
            "critic" => critic,
            "goals" or "out" or "page.html" or "folder" => files[word],
            _ => word,
        })];
        string error = await ToolRun.Refused(arguments);
        Assert.Contains("hostile file", error);
        CollectionAssert.AreEqual(before, files.Files());
        Assert.AreEqual("old", File.ReadAllText(files["out"]));
    }

    private void Fuzz(string name, int seed, int cases)
    {
        using Workspace files = new();
        HostileRun run = Target(name, files).Fuzz(seed, cases);
        TestContext.WriteLine($"{name}: {run}");
        Assert.IsGreaterThan(0, run.Refused);
        Assert.IsGreaterThan(0, run.Accepted);
    }

    private static string[] Corpus(string name) => name switch
    {
        "goals to fit" => FittingTables,
        "fitted table" => Fitted,
        "trajectory" => Trajectories,
        "rows to see" => RowsToSee,
        _ => States,
    };

    private static HostileTarget Target(string name, Workspace files)
    {
        string[] corpus = Corpus(name);
        string file = files["hostile"];
        return new(
            name,
            file,
            mutator => mutator.Below(4) == 0
                ? mutator.Bytes(Encoding.UTF8.GetBytes(corpus[mutator.Below(corpus.Length)]), Encoding.UTF8.GetBytes(corpus[^1]))
                : Encoding.UTF8.GetBytes(mutator.Text(corpus[mutator.Below(corpus.Length)], corpus[mutator.Below(corpus.Length)])),
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                Read(name, file);
            });
    }

    private static void Read(string name, string file)
    {
        switch (name)
        {
            case "goals to fit":
                using (GoalReader reader = GoalReader.Open(file, RobotModel.TwoLink))
                {
                    Assert.AreNotEqual(0, FittingTable.Read(reader, RobotModel.TwoLink, FitCommand.ResultColumns(4), 1_000).Tasks(0, 2).Count());
                }

                break;
            case "fitted table":
                EvaluateCommand.Read(file, group: "error");
                break;
            case "trajectory":
                Assert.AreNotEqual(0, TrajectoryTable.Read(file, null, RobotModel.TwoLink).Times.Length);
                break;
            case "rows to see":
                Assert.IsNotEmpty(FittingRows.Read(file, null, RobotModel.TwoLink, 0, null, 6, out _));
                break;
            default:
                StatesFile.Evaluate(file, RobotModel.TwoLink, default);
                break;
        }
    }
}
