using MetaCritic.Analysis;
using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 5: the 2-joint arm on goals over its whole space.</summary>
internal sealed class Figure5Item : IPaperItem
{
    private const int GridPoints = 13;

    /// <summary>The parts of the joint space that errors are given for.</summary>
    public static IReadOnlyList<(string Name, double Limit)> Regions { get; } = [("all of ±π", Math.PI), ("inside ±π/2", Math.PI / 2)];

    public string Name => "fig5";

    public string Title => "Figure 5: new goals for the 2-joint arm";

    public string Shown =>
        "Error of policies fitted for goals over the whole joint space, ±π. Crosses mark the four training goals. The paper shows that the learned critic generalises far beyond them, and that DDPG and the meta critic do not. It gives no numbers.";

    public PaperResult Run(PaperContext context)
    {
        double[] axis = Axis(context);
        SweepSetting setting = Grid(axis);
        List<SweepRun> runs = Sweep.Run(context, ReacherTask.Methods, [setting], policies: 1, context.Pick(ReacherTask.Steps, 5));
        Sheet summary = new("method", "region", "policies", "diverged", "diverged_critics", "seeds", "mean", "low", "high", "median", "p90");
        List<string[]> rows = [];
        foreach (var method in runs.GroupBy(run => run.Method))
        {
            foreach ((string region, double limit) in Regions)
            {
                SweepRun[] inside = Inside(method, limit);
                ErrorSummary errors = ErrorSummary.Of([.. inside.Select(run => run.Error)]);
                Statistic seeds = Sweep.OverSeeds(inside);
                summary.Add(method.Key, region, errors.Count, errors.Diverged, Sweep.DivergedCritics(inside), seeds.Count, seeds.Mean, seeds.Low, seeds.High, Sweep.Median(inside), errors.Percentile90);
                rows.Add([$"{method.Key}, {region}", seeds.Text(), Format.Short(Sweep.Median(inside)), Format.Short(errors.Percentile90), Format.Count(errors.Diverged)]);
            }
        }

        return new(
            new(Sweep.Rows(runs, "setting"), summary),
            [new("Mean squared final error, rad² (the paper gives no numbers)", ["method and goals", "mean", "median", "90th percentile", "diverged"], rows)])
        { Remarks = BaselineMethods.Remarks(BaselinePreset.Reacher, runs) };
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Mean error over seeds for each goal. Crosses mark the training goals. Grey cells diverged for every seed.", new(
            "Error of policies over the goal space", ErrorMap.Panels(sheets.Runs, (title, runs, colours) => ErrorMap.OverGoals(title, runs, colours, ReacherTask.Goals.Goals)))
        { Columns = ReacherTask.Methods.Count, PlotWidth = 290, PlotHeight = 290 }),
    ];

    /// <summary>Positions of the grid of goals along each joint.</summary>
    public static double[] Axis(PaperContext context)
    {
        int points = context.Pick(GridPoints, 3);
        return [.. Enumerable.Range(0, points).Select(i => Math.PI * ((2.0 * i / (points - 1)) - 1))];
    }

    /// <summary>The grid of goals.</summary>
    public static SweepSetting Grid(double[] axis) => new("", 0, [.. from x in axis from y in axis select new double[] { x, y }]);

    /// <summary>The runs whose goal lies inside a region.</summary>
    public static SweepRun[] Inside(IEnumerable<SweepRun> runs, double limit) =>
        [.. runs.Where(run => run.Setting.Goals[run.Goal].All(q => Math.Abs(q) <= limit + 1e-9))];
}
