using MetaCritic.Paper.Experiments;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Table 1 with a critic meta-trained on many goals: four goals span three of the seven directions.</summary>
internal sealed class Table1ManyItem : Table1Item
{
    private const int TrainingGoals = 64;
    private const double Range = 1.5;
    private const ulong GoalSeed = 64;

    public override string Name => "table1-many";

    public override string Title => "Table 1 with many training goals";

    public override string Shown =>
        "Our own: the goals of Table 1, with a critic meta-trained on 64 goals, because the four of the paper span only three of the seven directions. The 64 are the same four and 60 more, uniform in ±1.5 rad, none of them a test goal. Policies take 40 steps.";

    protected override int Steps => 40;

    protected override IReadOnlyList<CriticMethod> Methods { get; } =
    [
        new("learned critic, 64 goals", (context, seed, progress) => context.Critics.Train(
            "kuka-many", TaskPreset.Kuka.Robot, KukaTask.Dynamics(compensated: true), Goals(context.Pick(TrainingGoals, 6)), KukaTask.Options(context, seed), progress, context.CancellationToken)),
    ];

    private static TrainingGoals Goals(int count) => new()
    {
        Goals = [.. KukaTask.Goals.Goals, .. GoalSampling.Uniform(TaskPreset.Kuka.Robot.DegreesOfFreedom, count - KukaTask.Goals.Goals.Count, -Range, Range, GoalSeed)],
    };
}
