using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using OxyPlot.Axes;

namespace MetaCritic.Paper.Items;

/// <summary>Figures 6 and 7: the training goals of the 2-joint arm with other links.</summary>
/// <param name="figure">Number of the figure.</param>
/// <param name="what">What of a link is changed: mass, length.</param>
/// <param name="shown">What the paper shows, and how the links change.</param>
/// <param name="factors">Factors on the figures of the training.</param>
/// <param name="robot">The arm with factors on its two links.</param>
internal sealed class DynamicsMapItem(int figure, string what, string shown, double[] factors, Func<double, double, RobotModel> robot) : IPaperItem
{
    public string Name => $"fig{Format.Count(figure)}";

    public string Title => $"Figure {Format.Count(figure)}: the 2-joint arm with links of other {what}";

    public string Shown => shown;

    /// <summary>Figure 6.</summary>
    public static DynamicsMapItem Masses { get; } = new(
        6,
        "mass",
        "Error of policies fitted for the training goals on arms with other link masses. The paper shows that the learned critic generalises reliably. It gives no numbers. Each link is a rod of 1 kg. Factors of 0.25 to 4 act on its density, so its inertia changes with its mass.",
        [0.25, 0.4, 0.63, 1, 1.6, 2.5, 4],
        (first, second) => TaskPreset.Reacher.Robot.With([new("arm1.mass_scale", first), new("arm2.mass_scale", second)]));

    /// <summary>Figure 7.</summary>
    public static DynamicsMapItem Lengths { get; } = new(
        7,
        "length",
        "Error of policies fitted for the training goals on arms with other link lengths. The paper shows that the learned critic generalises better than the others. It gives no numbers. The links are rods of 0.1 and 0.11 m. Factors of 0.5 to 2 act on their lengths. Masses stay, so inertias grow with the square.",
        [0.5, 0.63, 0.8, 1, 1.25, 1.6, 2],
        (first, second) => TaskPreset.Reacher.Robot.With(
        [
            new("arm1.length", first * TaskPreset.Reacher.Robot.GetParameter("arm1.length")),
            new("arm2.length", second * TaskPreset.Reacher.Robot.GetParameter("arm2.length")),
        ]));

    public PaperResult Run(PaperContext context)
    {
        double[] grid = context.Pick(factors, [factors[0], 1, factors[^1]]);
        SweepSetting[] settings =
            [.. from first in grid from second in grid select new SweepSetting(Format.Exact(first), second, ReacherTask.Goals.Goals, robot(first, second))];
        List<SweepRun> runs = Sweep.Run(context, ReacherTask.Methods, settings, context.Pick(2, 1), context.Pick(ReacherTask.Steps, 5));
        List<string[]> rows = [];
        foreach (var method in runs.GroupBy(run => run.Method))
        {
            double[] cells = [.. method.GroupBy(run => run.Setting).Select(cell => Sweep.OverSeeds(cell).Mean)];
            rows.Add([method.Key, Sweep.OverSeeds(method).Text(), Format.Short(Sweep.Median(method)), Format.Short(cells.Max()), Format.Count(method.Count(run => double.IsNaN(run.Error)))]);
        }

        return new(
            new(Sweep.Rows(runs, "factor_2", "factor_1"), Sweep.Summary(runs, "factor_2", "factor_1")),
            [new("Mean squared final error over the whole grid, rad² (the paper gives no numbers)", ["method", "mean", "median", "worst cell's mean", "diverged"], rows)])
        { Remarks = BaselineMethods.Remarks(BaselinePreset.Reacher, runs) };
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", $"Mean error over seeds, training goals and policies for each pair of factors on the {what} of a link. The cross marks the training.", new(
            $"Error of policies over the {what} of both links", ErrorMap.Panels(sheets.Runs, Map))
        { Columns = ReacherTask.Methods.Count, PlotWidth = 290, PlotHeight = 290 }),
    ];

    // Factors are about evenly spaced on a logarithmic scale: places, not values, along the axes.
    private Panel Map(string method, IReadOnlyList<SheetRow> runs, Axis colours)
    {
        string[] names = [.. runs.Select(row => row["factor_1"]).Distinct()];
        double[] places = [.. names.Select((_, i) => (double)i)];
        double[,] means = new double[names.Length, names.Length];
        foreach (var cell in runs.GroupBy(row => (First: row["factor_1"], Second: row["factor_2"])))
        {
            means[Array.IndexOf(names, cell.Key.First), Array.IndexOf(names, cell.Key.Second)] = Statistic.OverSeeds(cell).Mean;
        }

        Panel panel = new(method, Axes.Names($"factor on the {what} of link 1", names), Axes.Names($"factor on the {what} of link 2", names));
        panel.Map(places, places, means, colours);
        double training = Array.IndexOf(names, "1");
        panel.Crosses("training", [(training, training)]);
        return panel;
    }
}
