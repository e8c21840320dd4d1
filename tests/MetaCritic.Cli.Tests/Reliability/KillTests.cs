using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Reliability;

/// <summary>The tool is killed at moments of chance, over and over: what it leaves is the old file or the new one, whole.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class KillTests
{
    private const string Goals = "goal_0,goal_1\n0.5,-0.5\n-0.5,0.5\n";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task ATrainingKilledManyTimesEndsWithTheSameBytes() => await Train(40, 6000);

    [TestMethod]
    [TestCategory("Slow")]
    public async Task ATrainingKilledVeryManyTimesEndsWithTheSameBytes() => await Train(1000, 100_000);

    private async Task Train(int kills, int iterations)
    {
        using Workspace files = new();
        string goals = files.Write("goals.csv", Goals);
        string folder = files["k"];
        string checkpoint = Path.Combine(folder, MetaTrainer.CheckpointFileName);
        string[] Args(string file, int interval, params string[] more) =>
        [
            "train", "--robot", "two-link", "--goals", goals, "--out", files[file], "--threads", "1", .. Workspace.Tiny,
            "--set", $"iterations={iterations}", "--set", $"checkpointInterval={interval}", .. more,
        ];
        await ToolRun.Good(Args("whole.critic", iterations));

        Random random = new(1);
        int killed = 0, inStart = 0, abandoned = 0, last = 0;
        while (killed < kills)
        {
            // Every fifth kill comes while the process starts, reads, and begins; the others while it trains and saves.
            DateTime before = File.Exists(checkpoint) ? File.GetLastWriteTimeUtc(checkpoint) : default;
            bool early = killed % 5 == 4;
            using ToolProcess tool = new(Args("killed.critic", 1, "--checkpoint", folder, "--resume"));
            if (!early)
            {
                tool.WaitForChange(checkpoint, before);
            }

            Thread.Sleep(random.Next(early ? 250 : 25));
            Assert.IsTrue(tool.Kill(), $"the training ended before it could be killed for the {killed + 1}th time");
            killed++;
            inStart += early ? 1 : 0;
            abandoned += Leftovers.Count(folder) + Leftovers.Count(files[""]);
            Assert.IsFalse(File.Exists(files["killed.critic"]));
            if (File.Exists(checkpoint))
            {
                int iteration = IterationOf(checkpoint, iterations);
                Assert.IsGreaterThanOrEqualTo(last, iteration);
                last = iteration;
            }
        }

        using ToolProcess end = new(Args("killed.critic", iterations, "--checkpoint", folder, "--resume"));
        ToolRun run = end.Wait();
        Assert.AreEqual(0, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, $"resuming at iteration {last}");
        CollectionAssert.AreEqual(File.ReadAllBytes(files["whole.critic"]), File.ReadAllBytes(files["killed.critic"]));
        Assert.AreEqual(0, Leftovers.Count(folder) + Leftovers.Count(files[""]), "what killed processes left is gone");
        Assert.IsGreaterThan(0, abandoned, "no kill came while a file was written");
        TestContext.WriteLine($"{killed} kills, {inStart} of them in the first quarter of a second; a file was being written at {abandoned}; the last came at meta-iteration {last} of {iterations}");
    }

    [TestMethod]
    public async Task ATrainingOnALogKilledInAnyRoundEndsWithTheSameBytes()
    {
        using Workspace files = new();
        string[] log = await files.TrainingOnALog("--learn", "epochs=2000", "--learn", "patience=2000");
        string[] Args(string name) => ["train", .. log, "--out", files[name], "--checkpoint", files["of " + name], "--resume", "--set", "checkpointInterval=1"];
        await ToolRun.Good(Args("whole"));

        // While it learns, while it meta-trains, and in the rounds after.
        string[] signs = ["", MetaTrainer.CheckpointFileName, "round-2.mctransitions", "round-3.mctransitions"];
        Random random = new(4);
        const int Kills = 12;
        int abandoned = 0;
        for (int i = 0; i < Kills; i++)
        {
            string name = $"killed{i}";
            string folder = files["of " + name];
            string sign = Path.Combine(folder, signs[i % signs.Length]);
            using (ToolProcess tool = new(Args(name)))
            {
                while (!tool.HasExited && !Path.Exists(sign))
                {
                    Thread.Sleep(1);
                }

                Thread.Sleep(random.Next(40));
                Assert.IsTrue(tool.Kill(), "the training ended before it could be killed");
            }

            abandoned += Leftovers.Count(folder) + Leftovers.Count(files[""]);
            Assert.IsFalse(File.Exists(files[name]));
            await ToolRun.Good(Args(name));
            CollectionAssert.AreEqual(File.ReadAllBytes(files["whole"]), File.ReadAllBytes(files[name]));
            CollectionAssert.AreEqual(File.ReadAllBytes(files["of whole/" + signs[3]]), File.ReadAllBytes(Path.Combine(folder, signs[3])));
            Assert.AreEqual(0, Leftovers.Count(folder) + Leftovers.Count(files[""]), "what killed processes left is gone");
        }

        TestContext.WriteLine($"{Kills} kills; a file was being written at {abandoned}");
    }

    [TestMethod]
    public async Task AFitKilledWhileItWritesLeavesWholeFiles()
    {
        using Workspace files = new();
        string critic = await files.Critic();
        string goals = files.Write("goals.csv", Goals);
        string[] args = ["fit", "--critic", critic, "--goals", goals, "--out", files["fitted.csv"], "--policies", files["p"], "--policies-per-goal", "200", "--steps", "2", "--threads", "1"];
        await ToolRun.Good(args);
        byte[] table = File.ReadAllBytes(files["fitted.csv"]);
        string[] names = [.. Directory.GetFiles(files["p"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.HasCount(400, names);
        byte[] policy = File.ReadAllBytes(Path.Combine(files["p"], names[0]));
        Random random = new(2);
        int killed = 0, abandoned = 0;
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllText(files["fitted.csv"], "old");
            File.Delete(Path.Combine(files["p"], "policy_0_0.policy"));
            using ToolProcess tool = new(args);
            tool.WaitForChange(Path.Combine(files["p"], "policy_0_0.policy"), default);
            Thread.Sleep(random.Next(400));
            killed += tool.Kill() ? 1 : 0;
            abandoned += Leftovers.Count(files["p"]) + Leftovers.Count(files[""]);
            byte[] found = File.ReadAllBytes(files["fitted.csv"]);
            Assert.IsTrue(found.AsSpan().SequenceEqual(table) || found.AsSpan().SequenceEqual("old"u8));
            foreach (string name in names.Where(name => File.Exists(Path.Combine(files["p"], name))))
            {
                PolicyModel.Load(Path.Combine(files["p"], name));
            }
        }

        await ToolRun.Good(args);
        CollectionAssert.AreEqual(table, File.ReadAllBytes(files["fitted.csv"]));
        CollectionAssert.AreEqual(policy, File.ReadAllBytes(Path.Combine(files["p"], names[0])));
        CollectionAssert.AreEqual(names, Directory.GetFiles(files["p"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray(), "nothing is left over");
        TestContext.WriteLine($"{killed} kills; a file was being written at {abandoned}");
    }

    // Reads all of it: checksum, header, tensors.
    private static int IterationOf(string checkpoint, int iterations)
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = (TaskPreset.TwoLink.Dynamics, TaskPreset.TwoLink.Training with { Iterations = iterations, Threads = 1 });
        foreach (string assignment in Workspace.Tiny.Where(argument => argument != "--set"))
        {
            (dynamics, training) = OptionsJson.Set(assignment, dynamics, training);
        }

        using MetaTrainer trainer = new(TaskPreset.TwoLink.Robot, dynamics, new() { Goals = [[0.5, -0.5], [-0.5, 0.5]] }, training);
        trainer.LoadCheckpoint(checkpoint);
        return trainer.Iteration;
    }
}
