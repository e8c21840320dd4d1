using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Table 2 over a wider range of masses, also with a critic meta-trained over them.</summary>
internal sealed class Table2WideItem : IPaperItem
{
    private const string Mass = "iiwa_link_7.mass";
    private const double Heaviest = 20;

    private static readonly IReadOnlyList<CriticMethod> Methods =
    [
        KukaTask.Compensated,
        KukaTask.Beyond,
        KukaTask.BeyondOver("kuka-masses", "starts and masses drawn", KukaTask.BeyondDynamics, new ParameterSpread(Mass, 0, Heaviest)),
    ];

    public string Name => "table2-wide";

    public string Title => "Table 2 from 0 to 20 kg";

    public string Shown =>
        "Our own: Table 2 with masses of the last link up to 20 kg (3.129 kg in training). It compares three critics: that of Table 2; one whose policies start from drawn positions; and one whose policies also have arms of their own, with a mass drawn evenly from 0 to 20 kg for each policy.";

    public PaperResult Run(PaperContext context)
    {
        double[][] goals = KukaTask.NewGoals(Table2Item.Std, context.Pick(KukaTask.GoalsPerSetting, 2), 100);
        SweepSetting[] settings = [.. Enumerable.Range(0, 11).Select(i => new SweepSetting("", 2 * i, goals, RobotModel.KukaIiwa7.With(Mass, 2 * i)))];
        List<SweepRun> runs = Sweep.Run(context, Methods, settings, context.Pick(KukaTask.PoliciesPerGoal, 1), context.Pick(KukaTask.Steps, 3));
        return new(
            new(Sweep.Rows(runs, "mass"), Sweep.Summary(runs, "mass")),
            [KukaTables.Table("Mean squared final error, rad²", "mass of link 7, kg", runs, [], [])]);
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Error over the mass of the last link. Bands reach from the least to the greatest seed.", new(
            "Error of policies over a wide range of masses of the last link", [KukaTables.Errors("", "mass of the last link, kg", "mass", sheets.Runs.Rows, [])])),
    ];
}
