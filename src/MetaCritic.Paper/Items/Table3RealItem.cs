using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Table 3 in the readings that change the dynamics, also with critics meta-trained over them.</summary>
internal sealed class Table3RealItem : IPaperItem
{
    private const string Origin = "iiwa_joint_7.origin.y";
    private const double Longest = 2;
    private const int LongArmSteps = 150;

    private static readonly double PresentOrigin = RobotModel.KukaIiwa7.GetParameter(Origin);

    private static readonly (string Series, Func<double, RobotModel> Robot)[] Readings =
    [
        ("link 7 moved out", extra => RobotModel.KukaIiwa7.With(Origin, PresentOrigin + extra)),
        ("1 kg tool", extra => RobotModel.KukaIiwa7.With([new("payload.mass", 1), new("payload.z", extra)])),
    ];

    private static readonly IReadOnlyList<CriticMethod> Methods =
    [
        KukaTask.Compensated,
        KukaTask.BeyondOver("kuka-one-length", "starts drawn", KukaTask.LongArmDynamics) with { Steps = LongArmSteps },
        KukaTask.BeyondOver("kuka-lengths", "starts and lengths drawn", KukaTask.LongArmDynamics, new ParameterSpread(Origin, PresentOrigin, PresentOrigin + Longest)) with { Steps = LongArmSteps },
    ];

    public string Name => "table3-real";

    public string Title => "Table 3 where the length changes the dynamics";

    public string Shown =>
        "Our own: Table 3 with the last link (3.129 kg) moved out along its axis by 0.2 to 2.0 m, and with a point mass of 1 kg at that distance from the flange. It compares three critics: that of Table 3; one whose policies start from drawn positions; " +
        "and one whose policies also have arms of their own, with the last link moved out by 0 to 2 m, drawn for each policy. Training has seen no tools. The last two critics have more torque at joint 6 per unit of action, and take 150 policy updates.";

    public PaperResult Run(PaperContext context)
    {
        double[][] goals = KukaTask.NewGoals(Table3Item.Std, context.Pick(KukaTask.GoalsPerSetting, 2), 200);
        double[] lengths = [.. Enumerable.Range(1, 10).Select(i => i / 5.0)];
        SweepSetting[] settings = [.. from reading in Readings from extra in lengths select new SweepSetting(reading.Series, extra, goals, reading.Robot(extra))];
        List<SweepRun> runs = Sweep.Run(context, Methods, settings, context.Pick(KukaTask.PoliciesPerGoal, 1), context.Pick(KukaTask.Steps, 3));
        return new(
            new(Sweep.Rows(runs, "length"), Sweep.Summary(runs, "length")),
            [.. Readings.Select(reading => KukaTables.Table($"Mean squared final error, rad²; {reading.Series}", "added length, m", Of(reading.Series), [], []))])
        {
            Remarks = [$"The first row: {Format.Count(KukaTask.Steps)} policy updates, T = 0.65 s. The others: {Format.Count(LongArmSteps)} updates, T = 1.3 s, and 2.2 N·m per unit of action at joint 6 in place of 0.87 (docs/differences-from-the-paper.md, 52)."],
        };

        SweepRun[] Of(string series) => [.. runs.Where(run => run.Setting.Series == series)];
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Error over the added length, one panel per reading. Bands reach from the least to the greatest seed.", KukaTables.ErrorsOverLength("Error of policies over the added length, where it changes the dynamics", sheets.Runs, [])),
    ];
}
