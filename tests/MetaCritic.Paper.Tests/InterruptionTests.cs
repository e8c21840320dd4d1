using System.Runtime.Versioning;

namespace MetaCritic.Paper.Tests;

/// <summary>The program is stopped at its reports, by a signal, and killed: what it leaves is whole, and can be resumed.</summary>
[TestClass]
public sealed class InterruptionTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task An_item_stops_at_a_report_and_is_resumed_to_the_same_files()
    {
        using Workspace files = new();
        string[] Args(string folder) => ["table2", "--quick", "--threads", "2", "--out", files[folder]];
        await ToolRun.Good(Args("whole"));
        int points = await CancelledRuns.AtReports(TestContext, [2, 5, 8], async (n, stopped) =>
        {
            ToolRun run = await stopped(Args("stopped"));
            Assert.AreEqual(130, run.ExitCode, run.Error);
            Assert.IsFalse(File.Exists(files["stopped/table2.csv"]));
        });
        Assert.AreEqual(3, points);
        await ToolRun.Good([.. Args("stopped"), "--resume"]);
        foreach (string file in Directory.GetFiles(files["whole"], "*", SearchOption.AllDirectories))
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(files["stopped"], Path.GetRelativePath(files["whole"], file))), file);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void CtrlC_ends_the_process_with_exit_code_130()
    {
        if (!ToolProcess.CanBeInterrupted)
        {
            Assert.Inconclusive("Programs in the background of this shell ignore Ctrl-C.");
        }

        using Workspace files = new();
        using ToolProcess program = new("table1", "--out", files["out"], "--seeds", "1");
        while (!program.HasExited && !Path.Exists(files["out"]))
        {
            Thread.Sleep(5);
        }

        Thread.Sleep(100);
        program.Interrupt();
        ToolRun run = program.Wait();
        Assert.AreEqual(130, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Out);
        StringAssert.EndsWith(run.Error.TrimEnd(), "cancelled");
        Assert.IsEmpty(files.Files());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task An_item_killed_while_it_writes_leaves_whole_files()
    {
        using Workspace files = new();
        string[] args = ["fig3", "--out", files["out"], "--quick", "--threads", "1"];
        await ToolRun.Good(args);
        Dictionary<string, byte[]> whole = Directory.GetFiles(files["out"], "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllBytes);
        Assert.IsTrue(whole.Keys.Any(f => f.EndsWith(".svg", StringComparison.Ordinal)) && whole.Keys.Any(f => f.EndsWith(".csv", StringComparison.Ordinal)));
        Random random = new(3);
        int killed = 0;
        for (int i = 0; i < 6; i++)
        {
            foreach (string file in whole.Keys)
            {
                File.WriteAllText(file, "old");
            }

            DateTime before = File.GetLastWriteTimeUtc(files["out/fig3.csv"]);
            using ToolProcess tool = new(args);
            if (i % 2 == 0)
            {
                tool.WaitForChange(files["out/fig3.csv"], before);
            }

            Thread.Sleep(random.Next(i % 2 == 0 ? 10 : 500));
            killed += tool.Kill() ? 1 : 0;
            Leftovers.Count(files["out"]);
            foreach ((string file, byte[] bytes) in whole)
            {
                byte[] found = File.ReadAllBytes(file);
                Assert.IsTrue(found.AsSpan().SequenceEqual(bytes) || found.AsSpan().SequenceEqual("old"u8), file);
            }
        }

        await ToolRun.Good(args);
        foreach ((string file, byte[] bytes) in whole)
        {
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(file));
        }

        CollectionAssert.AreEquivalent(whole.Keys.ToArray(), Directory.GetFiles(files["out"], "*", SearchOption.AllDirectories), "nothing is left over");
        TestContext.WriteLine($"{killed} kills");
    }
}
