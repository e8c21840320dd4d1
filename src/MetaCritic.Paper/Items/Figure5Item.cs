using MetaCritic.Analysis;
using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Plots;
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
        "Error of policies fitted for goals over the whole joint space, ±π; crosses mark the four training goals. The paper shows that the learned critic generalises far beyond them, and DDPG and the meta critic do not; it gives no numbers.";

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
            Sweep.Rows(runs, "setting"),
            summary,
            [new("Mean squared final error, rad² (the paper gives no numbers)", ["method and goals", "mean", "median", "90th percentile", "diverged"], rows)],
            [new("", "Mean error over seeds for each goal; crosses mark the training goals, grey cells have diverged for every seed.", new(
                "Error of policies over the goal space", [.. runs.GroupBy(run => run.Method).Select(method => Map(method.Key, [.. method], axis))])
            { Columns = Math.Min(3, ReacherTask.Methods.Count), PanelWidth = 430, PanelHeight = 390 })])
        { Remarks = BaselineMethods.Remarks(BaselinePreset.Reacher, runs) };
    }

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

    /// <summary>Errors over the grid as a map.</summary>
    public static Chart Map(string method, SweepRun[] runs, double[] axis)
    {
        double[,] means = new double[axis.Length, axis.Length];
        foreach (var goal in runs.GroupBy(run => run.Goal))
        {
            means[goal.Key / axis.Length, goal.Key % axis.Length] = Sweep.OverSeeds(goal).Mean;
        }

        return new(method, new Scale("goal of the shoulder, rad") { Tight = true }, new Scale("goal of the elbow, rad") { Tight = true },
        [
            new HeatMark(axis, axis, means, new Scale("mean squared error, rad²") { Logarithmic = true, From = 1e-4, To = 1 }),
            new PointMark([.. ReacherTask.Goals.Goals.Select(g => g[0])], [.. ReacherTask.Goals.Goals.Select(g => g[1])]) { Shape = PointShape.Cross, Colour = Palette.Accent, Size = 5, Label = "training goals" },
        ])
        { Square = true, Grid = false };
    }
}
