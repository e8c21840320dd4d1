using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>Table 1: the Kuka arm on goals at growing distance from the training goals.</summary>
internal class Table1Item : IPaperItem
{
    private static readonly KukaTables.PaperRow[] Paper =
    [
        new("learned critic", [0.02, 0.04, 0.05, 0.07, 0.41, 1.65, 2.05, 1.01, 0.27, 0.95]),
        new("DDPG", [3.425, 3.943, 5.638, 4.426, 4.001, 3.9, 4.312, 4.293, 4.095, 5.031]),
        new("Meta Critic", [4.149, 3.817, 4.962, 4.413, 5.611, 5.544, 4.622, 4.77, 4.754, 7.771]),
    ];

    public virtual string Name => "table1";

    public virtual string Title => "Table 1: new goals for the Kuka arm";

    public virtual string Shown =>
        "How well new goals are reached. They are drawn at N(0, std) around two of the four training goals, with std 0.1 to 1.0 rad. The table has the mean squared final error of policies fitted with the critic, over 10 goals, 5 seeds and 5 policy initialisations.";

    protected virtual IReadOnlyList<CriticMethod> Methods => KukaTask.Methods;

    /// <summary>Policy updates of meta-testing.</summary>
    protected virtual int Steps => KukaTask.Steps;

    public PaperResult Run(PaperContext context)
    {
        int goals = context.Pick(KukaTask.GoalsPerSetting, 2);
        SweepSetting[] settings = [.. Enumerable.Range(1, 10).Select(i => new SweepSetting("", i / 10.0, KukaTask.NewGoals(i / 10.0, goals, i)))];
        List<SweepRun> runs = Sweep.Run(context, Methods, settings, context.Pick(KukaTask.PoliciesPerGoal, 1), context.Pick(Steps, 3));
        double[] stay = [.. settings.Select(setting => setting.Goals.Select((goal, i) => Error(goal, KukaTask.Goals.Goals[i % 2])).Average())];
        return new(
            new(Sweep.Rows(runs, "std"), Sweep.Summary(runs, "std")),
            [
                KukaTables.Table("Mean squared final error, rad²", "std, rad", runs, Paper, [("error / std²", (mean, std) => mean / (std * std))]),
                new(
                    "What going to the training goal instead would give, rad²",
                    ["std, rad", .. settings.Select(s => Format.Short(s.Value))],
                    [["expected: std²", .. settings.Select(s => Format.Short(s.Value * s.Value))], ["for the goals drawn", .. stay.Select(Format.Short)]]),
            ])
        { Remarks = BaselineMethods.Remarks(KukaTask.Baselines, runs) };
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets)
    {
        Panel panel = KukaTables.Errors("", "std of the goals around the training goals, rad", "std", sheets.Runs.Rows, Paper);
        double[] stds = [.. sheets.Runs.Rows.Select(row => row.Number("std")).Distinct()];
        panel.Line(Method.TrainingGoal, stds, [.. stds.Select(std => std * std)]);
        return
        [
            new("", "Error over the distance of the goals from the training goals. Bands reach from the least to the greatest seed. Below the dotted line a policy does better than one that goes to the training goal.", new(
                "Error of policies over the distance of goals from the training goals", [panel])),
        ];
    }

    private static double Error(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Average();
}
