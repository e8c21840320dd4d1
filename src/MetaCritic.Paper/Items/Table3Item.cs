using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;

namespace MetaCritic.Paper.Items;

/// <summary>Table 3: the Kuka arm with a longer end effector, in every reading of that.</summary>
internal sealed class Table3Item : IPaperItem
{
    // The paper names none. That its errors are a third of those of Table 2 and less says that the goals were nearer.
    public const double Std = 0.1;

    private static readonly KukaTables.PaperRow[] Paper =
    [
        new("learned critic", [0.009, 0.009, 0.009, 0.009, 0.021, 0.021, 0.021, 0.021, 0.021, 0.021]),
        new("DDPG", [3.717, 5.295, 4.341, 5.197, 1.644, 1.926, 3.39, 1.616, 3.628, 2.918]),
        new("Meta Critic", [3.92, 3.003, 3.736, 3.047, 3.685, 3.147, 3.673, 5.166, 1.737, 1.944]),
    ];

    // What is lengthened, and the arm with it.
    private static readonly (string Series, Func<double, RobotModel> Robot)[] Readings =
    [
        ("massless flange", extra => RobotModel.KukaIiwa7.With([new("payload.mass", 0), new("payload.z", extra)])),
        ("link 7 moved out", extra => RobotModel.KukaIiwa7.With("iiwa_joint_7.origin.y", RobotModel.KukaIiwa7.GetParameter("iiwa_joint_7.origin.y") + extra)),
        ("link 7 stretched", extra => RobotModel.KukaIiwa7.With("iiwa_link_7.length", RobotModel.KukaIiwa7.GetParameter("iiwa_link_7.length") + extra)),
        ("1 kg tool", extra => RobotModel.KukaIiwa7.With([new("payload.mass", 1), new("payload.z", extra)])),
    ];

    public string Name => "table3";

    public string Title => "Table 3: a longer end effector of the Kuka arm";

    public string Shown =>
        "Policies fitted on an arm whose end effector is 0.2 to 2.0 m longer. The paper does not say what gets longer. Its standard deviation of 0.0 and its two constants suggest the massless flange, which changes no dynamics. " +
        "Goals are at N(0, 0.1) around two of the training goals. There are four readings: the massless flange; the last link (3.129 kg) moved out along its axis; the last link stretched with its mass kept, so that its centre of mass moves out and its inertia grows with the square; and a point mass of 1 kg at that distance from the flange.";

    public PaperResult Run(PaperContext context)
    {
        double[][] goals = KukaTask.NewGoals(Std, context.Pick(KukaTask.GoalsPerSetting, 2), 101);
        double[] lengths = [.. Enumerable.Range(1, 10).Select(i => i / 5.0)];
        SweepSetting[] settings = [.. from reading in Readings from extra in lengths select new SweepSetting(reading.Series, extra, goals, reading.Robot(extra))];
        List<SweepRun> runs = Sweep.Run(context, KukaTask.Methods, settings, context.Pick(KukaTask.PoliciesPerGoal, 1), context.Pick(KukaTask.Steps, 3));
        return new(
            new(Sweep.Rows(runs, "length"), Sweep.Summary(runs, "length")),
            [.. Readings.Select(reading => KukaTables.Table(
                $"Mean squared final error, rad²; {reading.Series}", "added length, m", Of(reading.Series), Paper, []))])
        { Remarks = BaselineMethods.Remarks(KukaTask.Baselines, runs) };

        SweepRun[] Of(string series) => [.. runs.Where(run => run.Setting.Series == series)];
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Error over the added length, one panel per reading. Bands reach from the least to the greatest seed.", KukaTables.ErrorsOverLength("Error of policies over the added length", sheets.Runs, Paper)),
    ];
}
