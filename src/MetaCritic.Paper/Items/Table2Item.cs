using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;

namespace MetaCritic.Paper.Items;

/// <summary>Table 2: the Kuka arm with other masses at its end.</summary>
internal sealed class Table2Item : IPaperItem
{
    /// <summary>Standard deviation of the goals around the training goals, rad; the paper names none.</summary>
    public const double Std = 0.3;

    private static readonly KukaTables.PaperRow[] Paper =
    [
        new("learned critic", [0.066, 0.061, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.061, 0.061]),
        new("DDPG", [3.688, 4.276, 5.132, 3.494, 2.141, 1.882, 4.503, 3.919, 3.96, 2.327]),
        new("Meta Critic", [1.495, 2.696, 3.31, 2.879, 3.274, 4.267, 4.312, 3.205, 2.674, 2.238]),
    ];

    public string Name => "table2";

    public string Title => "Table 2: other masses at the end of the Kuka arm";

    public string Shown =>
        "Policies fitted on an arm whose last link weighs 0 to 9 kg. The critic was trained with 3.129 kg. Goals are at N(0, 0.3) around two of the training goals (the paper does not say). Only the mass changes; centre of mass and inertia stay.";

    public PaperResult Run(PaperContext context)
    {
        double[][] goals = KukaTask.NewGoals(Std, context.Pick(KukaTask.GoalsPerSetting, 2), 100);
        SweepSetting[] settings = [.. Enumerable.Range(0, 10).Select(mass => new SweepSetting("", mass, goals, RobotModel.KukaIiwa7.With("iiwa_link_7.mass", mass)))];
        List<SweepRun> runs = Sweep.Run(context, KukaTask.Methods, settings, context.Pick(KukaTask.PoliciesPerGoal, 1), context.Pick(KukaTask.Steps, 3));
        return new(
            new(Sweep.Rows(runs, "mass"), Sweep.Summary(runs, "mass")),
            [KukaTables.Table("Mean squared final error, rad²", "mass of link 7, kg", runs, Paper, [])])
        { Remarks = BaselineMethods.Remarks(KukaTask.Baselines, runs) };
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Error over the mass of the last link. Bands reach from the least to the greatest seed.", new(
            "Error of policies over the mass of the last link", [KukaTables.Errors("", "mass of the last link, kg", "mass", sheets.Runs.Rows, Paper)])),
    ];
}
