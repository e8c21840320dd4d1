using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetaCritic.Baselines;
using MetaCritic.Cli;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Results;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Tests;

[TestClass]
public sealed partial class PaperProgramTests
{
    [TestMethod]
    public async Task An_item_writes_its_tables_and_figures_and_prints_the_papers_numbers_beside_ours()
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good("analysis", "--out", files["out"]);
        StringAssert.Contains(run.Out, "2/9");
        StringAssert.Matches(run.Out, new Regex(@"∂L_task/∂φ at φ = 0 \(Eq\. 42\) +-72 +-144"));
        CollectionAssert.AreEqual(
            (string[])["out/analysis-drawn.csv", "out/analysis-fig8.svg", "out/analysis-fig9.svg", "out/analysis-summary.csv", "out/analysis.csv"],
            files.Files().Select(f => f.Replace('\\', '/')).ToArray());
        SheetRow row = Sheet.Read(files["out/analysis.csv"]).Rows.Single(r => r.Number("start") == -6 && r.Number("goal") == 0 && r.Number("theta") == 1);
        Assert.AreEqual(2.0 / 9, row.Number("phi_meta"), 1e-15);
        Assert.AreEqual(5.5, row.Number("theta_supervised"));
        XDocument.Load(files["out/analysis-fig8.svg"]);
    }

    [TestMethod]
    public async Task Everything_runs_quickly_twice_with_the_same_files()
    {
        using Workspace files = new();
        await ToolRun.Good("all", "--out", files["a"], "--quick", "--threads", "1");
        await ToolRun.Good("all", "--out", files["b"], "--quick", "--threads", "2");
        string[] names = [.. Directory.GetFiles(files["a"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(files["a"], f)).Order(StringComparer.Ordinal)];
        foreach (IPaperItem item in PaperItems.All)
        {
            CollectionAssert.Contains(names, item.Name + ".csv");
            CollectionAssert.Contains(names, item.Name + "-summary.csv");
            Assert.IsTrue(names.Any(n => n.StartsWith(item.Name, StringComparison.Ordinal) && n.EndsWith(".svg", StringComparison.Ordinal)), item.Name);
        }

        CollectionAssert.AreEqual(names, Directory.GetFiles(files["b"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(files["b"], f)).Order(StringComparer.Ordinal).ToArray());
        foreach (string name in names)
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(files["a"], name)), File.ReadAllBytes(Path.Combine(files["b"], name)), name);
        }

        string report = File.ReadAllText(Path.Combine(files["a"], "report.html"));
        XElement page = XDocument.Parse(report).Root!;
        foreach (IPaperItem item in PaperItems.All)
        {
            Assert.HasCount(1, page.Descendants().Where(e => e.Attribute("id")?.Value == item.Name).ToArray(), item.Name);
        }

        string[] ids = [.. page.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>()];
        Assert.HasCount(ids.Length, ids.Distinct().ToArray());
        Assert.IsFalse(Outside().IsMatch(report), "the page refers to something outside it");
        string results = File.ReadAllText(Path.Combine(files["a"], "results.md"));
        foreach (IPaperItem item in PaperItems.All)
        {
            Assert.Contains($"## {item.Name}: {item.Title}\n", results);
            Assert.Contains($"`{PaperProgram.Call} {item.Name} --out results --quick`, seed 0.", results);
        }

        string[] images = [.. Image().Matches(results).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(names.Where(name => name.EndsWith(".svg", StringComparison.Ordinal)).ToArray(), images);
    }

    [TestMethod]
    [DataRow("fig3")]
    [DataRow("stay")]
    [DataRow("table3-real")]
    public async Task Figures_are_drawn_again_from_the_tables_alone(string item)
    {
        using Workspace files = new();
        await ToolRun.Good(item, "--out", files["out"], "--quick");
        string image = files[$"out/{item}.svg"];
        byte[] drawn = File.ReadAllBytes(image);
        File.Delete(image);
        if (Directory.Exists(files["out/critics"]))
        {
            Directory.Delete(files["out/critics"], recursive: true);
        }

        ToolRun run = await ToolRun.Good(item, "--out", files["out"], "--redraw");
        Assert.AreEqual($"{item}.svg", run.Out.Trim());
        CollectionAssert.AreEqual(drawn, File.ReadAllBytes(image));
    }

    [TestMethod]
    public async Task What_cannot_be_drawn_again_is_refused()
    {
        using Workspace files = new();
        StringAssert.Contains(await ToolRun.Refused("table1", "--out", files["out"], "--redraw"), "table1.csv: there is no such file");
        StringAssert.Contains(await ToolRun.Refused("table1", "--out", files["out"], "--redraw", "--seeds", "3"), "--redraw: --seeds is given too");
        files.Write("out/start.csv", "method,error\nlearned critic,1\n");
        files.Write("out/start-summary.csv", "method\nlearned critic\n");
        StringAssert.Contains(await ToolRun.Refused("start", "--out", files["out"], "--redraw"), "column \"std\": it is not in the table");
        CollectionAssert.AreEquivalent((string[])["out/start-summary.csv", "out/start.csv"], files.Files().Select(f => f.Replace('\\', '/')).ToArray());
    }

    [TestMethod]
    [DataRow("analysis", 80)]
    [DataRow("table2", 80)]
    [DataRow("fig5", 80)]
    public async Task Tables_fit_the_terminal_and_lose_nothing(string item, int width)
    {
        using Workspace files = new();
        ToolRun wide = await ToolRun.Good(item, "--out", files["a"], "--quick");
        ToolRun narrow = await ToolRun.Of(width, default, item, "--out", files["b"], "--quick");
        Assert.IsTrue(narrow.Out.Split('\n').All(line => line.TrimEnd('\r').Length <= width), narrow.Out);
        Assert.IsTrue(narrow.Out.Split('\n').All(line => line.TrimEnd('\r') == line.TrimEnd('\r').TrimEnd()), "a line ends with blanks");
        string[] Words(string text) => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct()];
        CollectionAssert.IsSubsetOf(Words(wide.Out), Words(narrow.Out));
        Assert.IsFalse(wide.Out.Contains('\u001b', StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Cancellation_ends_it_with_its_own_exit_code()
    {
        using Workspace files = new();
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        ToolRun run = await ToolRun.Of(Terminal.Unlimited, source.Token, "fig1", "--out", files["out"], "--quick");
        Assert.AreEqual(130, run.ExitCode);
        Assert.IsFalse(File.Exists(files["out/fig1.csv"]));
    }

    [TestMethod]
    [DataRow("kuka-gravity-*.critic")]
    [DataRow("kuka-ddpg-*.critic")]
    [DataRow("kuka-meta-critic-*.csv")]
    public async Task Critics_left_by_an_earlier_run_are_used_only_if_asked_for(string pattern)
    {
        using Workspace files = new();
        await ToolRun.Good("table2", "--out", files["out"], "--quick");
        string critic = Directory.GetFiles(files["out/critics"], pattern).Single();
        byte[] trained = File.ReadAllBytes(critic);
        File.WriteAllText(critic, "no critic");
        StringAssert.Contains(await ToolRun.Refused("table2", "--out", files["out"], "--quick", "--resume"), Path.GetFileName(critic));
        await ToolRun.Good("table2", "--out", files["out"], "--quick");
        CollectionAssert.AreEqual(trained, File.ReadAllBytes(critic));
        await ToolRun.Good("table2", "--out", files["out"], "--quick", "--resume");
    }

    [TestMethod]
    [DataRow("fig5", "learned critic", "DDPG", "Meta Critic")]
    [DataRow("fig6", "learned critic", "DDPG", "Meta Critic")]
    [DataRow("table3", "learned critic", "learned critic, gravity on", "learned critic, starts drawn", "DDPG", "Meta Critic")]
    [DataRow("table3-real", "learned critic", "starts drawn", "starts and lengths drawn")]
    [DataRow("table1-many", "learned critic, 64 goals")]
    public async Task Methods_are_compared(string item, params string[] methods)
    {
        using Workspace files = new();
        ToolRun run = await ToolRun.Good(item, "--out", files["out"], "--quick");
        foreach (string file in (string[])[$"out/{item}.csv", $"out/{item}-summary.csv"])
        {
            CollectionAssert.AreEqual(methods, Sheet.Read(files[file]).Rows.Select(row => row["method"]).Distinct().ToArray());
        }

        Assert.AreEqual(methods.Contains("DDPG"), run.Out.Contains("chosen for them on the training goals alone", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("fig4-reacher", 1440L, 180L)] // 4 goals: 4 policies and 2 roll-outs; 1 roll-out; 45 steps each
    [DataRow("fig4-kuka", 520L, 1040L)] // 4 goals: 1 policy and 2 roll-outs; 4 roll-outs; 65 steps each
    public async Task Training_curves_count_iterations_and_environment_steps(string item, long ours, long baselines)
    {
        using Workspace files = new();
        await ToolRun.Good(item, "--out", files["out"], "--quick", "--seeds", "2");
        IReadOnlyList<SheetRow> table = Sheet.Read(files[$"out/{item}.csv"]).Rows;
        foreach ((string method, long steps, int iterations) in ((string, long, int)[])[("learned critic", ours, 40), ("DDPG", baselines, 8), ("Meta Critic", baselines, 8)])
        {
            for (int seed = 0; seed < 2; seed++)
            {
                SheetRow[] rows = [.. table.Where(row => row["method"] == method && row.Number("seed") == seed)];
                Assert.HasCount(1, rows.Where(row => row["measure"] == "fresh policies").ToArray());
                SheetRow[] curve = [.. rows.Where(row => row["measure"] == "training")];
                Assert.AreEqual(iterations, curve[^1].Number("iteration"));
                foreach (SheetRow row in curve)
                {
                    Assert.AreEqual(steps * row.Number("iteration"), row.Number("environment_steps"));
                }
            }
        }
    }

    [TestMethod]
    public void Curves_are_averaged_over_blocks_that_cover_every_iteration_once()
    {
        const int Count = 2000;
        TrainingCurve curve = new("m", 0, [.. Enumerable.Range(1, Count).Select(i => new TrainingCurvePoint(i, i, 10 * i, i))], Diverged: false);
        IReadOnlyList<TrainingCurvePoint> means = Figure4Item.Smoothed(curve).Points;
        int before = 0;
        foreach (TrainingCurvePoint mean in means)
        {
            Assert.AreEqual((before + 1 + mean.Iteration) / 2.0, mean.Error, 1e-9);
            Assert.IsInRange(1, 75, mean.Iteration - before);
            before = mean.Iteration;
        }

        Assert.AreEqual(Count, before);
        Assert.IsGreaterThan(25, Count - means[^2].Iteration);
        TrainingCurve apart = new("m", 0, [new(0, 0, 0, 4), new(10, 10, 100, 3), new(17, 17, 170, 2)], Diverged: false);
        Assert.AreEqual(4, Figure4Item.ErrorAt(Figure4Item.Smoothed(apart), 99));
        Assert.AreEqual(2, Figure4Item.ErrorAt(Figure4Item.Smoothed(apart), 1000));
        TrainingCurve diverged = Figure4Item.Smoothed(apart with { Diverged = true });
        Assert.AreEqual(3, Figure4Item.ErrorAt(diverged, 169));
        Assert.AreEqual(double.NaN, Figure4Item.ErrorAt(diverged, 170));
    }

    [TestMethod]
    public void Trainings_that_diverge_are_kept_and_counted()
    {
        using Workspace files = new();
        int steps = 0;
        CriticMethod method = new("m", (context, seed, progress) =>
        {
            DdpgOptions options = new() { Iterations = 2, WarmupIterations = 0, Horizon = 5, CriticHidden = [8, 8], PolicyHidden = [8], Threads = 1, Seed = (ulong)seed, DivergenceLimit = seed == 1 ? 1e-12 : 1e6 };
            using Ddpg trainer = new(TaskPreset.Reacher.Robot, TaskPreset.Reacher.Dynamics, ReacherTask.Goals, options);
            return BaselineMethods.Train(context, "m", trainer, [(byte)seed], (completed, total) => Interlocked.Increment(ref steps));
        })
        { SingleThreaded = true };
        SweepSetting[] settings = [new("", 1, ReacherTask.Goals.Goals)];
        List<List<SweepRun>> results = [];
        foreach (bool resume in (bool[])[false, true])
        {
            PaperContext context = new(3, quick: true, threads: 2, new CriticStore(files["critics"], resume), (_, _) => { }, CancellationToken.None);
            results.Add(Sweep.Run(context, [method], settings, policies: 2, steps: 1, (_, trained) =>
            {
                CollectionAssert.AreEqual((bool[])[false, true, false], trained.Select(t => t.Critic is null).ToArray());
                CollectionAssert.AreEqual((bool[])[false, true, false], trained.Select(t => t.Curve.Diverged).ToArray());
                CollectionAssert.AreEqual((ulong[])[0, 1, 2], trained.Select(t => t.Curve.Seed).ToArray());
            }));
        }

        Assert.AreEqual(2 + 1 + 2, steps, "the second time the trainings are read, the diverged one too");
        Assert.HasCount(2, Directory.GetFiles(files["critics"], "*.critic"));
        Assert.HasCount(3, Directory.GetFiles(files["critics"], "*.csv"));
        CollectionAssert.AreEqual(results[0], results[1]);
        SweepRun[] failed = [.. results[0].Where(run => run.Seed == 1)];
        Assert.HasCount(8, failed);
        Assert.IsTrue(failed.All(run => run.CriticDiverged && double.IsNaN(run.Error)));
        Assert.IsTrue(results[0].Where(run => run.Seed != 1).All(run => !run.CriticDiverged && double.IsFinite(run.Error)));
        Sheet summary = Sweep.Summary(results[0], "x");
        Assert.AreEqual("1", summary.Rows[0]["diverged_critics"]);
        Assert.AreEqual("8", summary.Rows[0]["diverged"]);
        StringAssert.Contains(BaselineMethods.Remarks(BaselinePreset.Reacher, results[0]).Single(), "1 of 3 seeds diverged");
    }

    [TestMethod]
    [DataRow("--seeds", "0")]
    [DataRow("--seeds", "1001")]
    [DataRow("--threads", "-1")]
    public async Task Numbers_out_of_range_are_refused(string option, string value)
    {
        using Workspace files = new();
        StringAssert.Contains(await ToolRun.Refused("analysis", "--out", files["out"], option, value), $"{option}: value is {value}");
    }

    [TestMethod]
    public async Task Unknown_items_are_refused() =>
        StringAssert.Contains(await ToolRun.Refused("fig99", "--out", "x"), "fig99");

    [TestMethod]
    [DataRow("kuka.csv", true)]
    [DataRow("reacher.csv", false)]
    public void Training_goals_are_those_of_the_repository(string file, bool kuka)
    {
        IReadOnlyList<double[]> goals = (kuka ? KukaTask.Goals : ReacherTask.Goals).Goals;
        double[][] expected = [.. File.ReadLines(Path.Combine(Repository.Root, "examples", "goals", file)).Skip(1).Select(line => line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())];
        Assert.HasCount(expected.Length, goals);
        for (int i = 0; i < goals.Count; i++)
        {
            CollectionAssert.AreEqual(expected[i], goals[i]);
        }
    }

    [TestMethod]
    public void New_goals_lie_around_the_first_two_training_goals()
    {
        double[][] goals = KukaTask.NewGoals(0.5, 2000, 3);
        CollectionAssert.AreEqual(goals[17], KukaTask.NewGoals(0.5, 18, 3)[17]);
        CollectionAssert.AreNotEqual(goals[0], KukaTask.NewGoals(0.5, 1, 4)[0]);
        double[] differences = [.. goals.SelectMany((goal, i) => goal.Zip(KukaTask.Goals.Goals[i % 2], (a, b) => a - b))];
        Assert.AreEqual(0, differences.Average(), 0.02);
        Assert.AreEqual(0.25, differences.Average(d => d * d), 0.01);
    }

    [TestMethod]
    public void Statistics_over_seeds_are_those_computed_by_hand()
    {
        // 1, 2, 3: deviation 1; t(2; 0.975) = 4.302653; half width 4.302653/√3.
        Statistic s = Statistic.Of([1, double.NaN, 2, 3]);
        Assert.AreEqual(3, s.Count);
        Assert.AreEqual(2, s.Mean);
        Assert.AreEqual(2 - (4.302653 / Math.Sqrt(3)), s.Low, 1e-5);
        Assert.AreEqual(2 + (4.302653 / Math.Sqrt(3)), s.High, 1e-5);
        Assert.AreEqual(0, Statistic.Of([double.NaN]).Count);
    }

    [TestMethod]
    public void Diverged_policies_are_left_out_of_means_and_worst_for_medians()
    {
        SweepSetting setting = new("", 1, [[0.0]]);
        (int Seed, double Error)[] errors = [(0, 1), (0, double.NaN), (1, 3), (1, 5), (1, double.NaN)];
        SweepRun[] runs = [.. errors.Select(r => new SweepRun("m", r.Seed, setting, 0, 0, r.Error))];
        Assert.AreEqual(2.5, Sweep.OverSeeds(runs).Mean);
        Assert.AreEqual(5, Sweep.Median(runs));
        Sheet summary = Sweep.Summary(runs, "x");
        Assert.AreEqual("2", summary.Rows[0]["diverged"]);
    }

    [TestMethod]
    public void Sheets_quote_what_must_be_quoted()
    {
        Sheet sheet = new("a", "b,c");
        sheet.Add("x \"y\"", 0.1);
        sheet.Add("line\nbreak", true);
        Assert.AreEqual("a,\"b,c\"\n\"x \"\"y\"\"\",0.1\n\"line\nbreak\",1\n", sheet.ToCsv());
        Assert.ThrowsExactly<ArgumentException>(() => sheet.Add("one"));
    }

    [GeneratedRegex(@"!\[[^]]+\]\(([^)]+)\)")]
    private static partial Regex Image();

    [GeneratedRegex("""(?:src|href)="(?!#|data:)|url\((?!#)|@import|<script""")]
    private static partial Regex Outside();
}
