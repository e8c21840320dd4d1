using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>An estimator, the table of cases for the contract that every estimator keeps.</summary>
/// <param name="Name">What the test calls it.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Outputs">The columns it adds.</param>
/// <param name="Needed">A column that fitting and transforming need.</param>
/// <param name="Training">The columns that fitting needs, no others.</param>
/// <param name="Restore">Gets the typed transformer back from a loaded model.</param>
internal sealed record EstimatorCase(
    string Name, Func<MLContext, IEstimator<ITransformer>> Create, string[] Outputs, string Needed, string[] Training, Func<MLContext, ITransformer, ITransformer> Restore)
{
    private static readonly string[] Fitted = ["Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged", "Diverged"];

    private static readonly string[] Trajectory = ["TrajectoryTime", "TrajectoryPositions", "TrajectoryVelocities", "TrajectoryTorques", "TrajectoryEndEffector", "TrajectoryErrors"];

    public static IEnumerable<object[]> Names => All.Select(one => new object[] { one.Name });

    public static EstimatorCase[] All { get; } =
    [
        new("critic", ml => ml.MetaCritic().Trainers.Critic(Trainer()), ["Score"], "Goal", ["Goal"], CriticTransformer.From),
        new("critic with gradient", ml => ml.MetaCritic().Trainers.Critic(Trainer(gradient: true)), ["Score", "ActionGradient"], "Goal", ["Goal", "State", "Weight"], CriticTransformer.From),
        new("critic from scalar columns", ml => ml.MetaCritic().Trainers.Critic(Trainer(scalars: true)), ["Score"], "Goal2", ["Goal1", "Goal2"], CriticTransformer.From),
        new("fitting", ml => ml.MetaCritic().Transforms.FitPolicies(Critic(ml), Fitting()), Fitted, "Goal", ["Goal"], (ml, model) => PolicyFittingTransformer.From(ml, model)),
        new("fitting with a seed", ml => ml.MetaCritic().Transforms.FitPolicies(Critic(ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, Seed = 5 }), Fitted, "Goal", ["Goal"], (ml, model) => PolicyFittingTransformer.From(ml, model)),
        new("fitting with all columns", ml => ml.MetaCritic().Transforms.FitPolicies(Critic(ml), FittingWithAll()), Fitted, "Mass", ["Goal1", "Goal2", "State", "Mass", "Seed"], (ml, model) => PolicyFittingTransformer.From(ml, model)),
        new("policies", ml => ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options { Robot = Tables.Robot, Training = Tables.Training, Fitting = Tables.Fitting }), Fitted, "Goal", ["Goal"], (ml, model) => PolicyFittingTransformer.From(ml, model)),
        new("policies with all columns", ml => ml.MetaCritic().Trainers.Policies(PoliciesWithAll()), Fitted, "Mass", ["Goal1", "Goal2", "State", "Mass", "Weight"], (ml, model) => PolicyFittingTransformer.From(ml, model)),
        new("policy", ml => ml.MetaCritic().Transforms.ApplyPolicy(Tables.Policy(), "Torque"), ["Torque"], "State", ["State"], PolicyTransformer.From),
        new("roll-out", ml => FitAndRollOut(ml, Fitting(), new()), [.. Fitted, .. Trajectory], "Goal", ["Goal"], LastOf),
        new("roll-out with all columns", ml => FitAndRollOut(ml, FittingWithAll(), RollOutWithAll()), [.. Fitted, "T", .. Trajectory[1..]], "Mass", ["Goal1", "Goal2", "State", "Mass", "Seed"], LastOf),
        new("dynamics", ml => ml.MetaCritic().Trainers.Dynamics(Dynamics()), ["PredictedState"], "Action", ["State", "Action", "NextState"], DynamicsTransformer.From),
        new("dynamics with all columns", ml => ml.MetaCritic().Trainers.Dynamics(DynamicsWithAll()), ["PredictedState", "A", "B", "C", "D", "Doubt"], "State", ["State", "Action", "NextState", "Seed"], DynamicsTransformer.From),
        new("critic through learned dynamics", ml => ml.MetaCritic().Trainers.Critic(ThroughLearned()), ["Score"], "Goal", ["Goal"], CriticTransformer.From),
    ];

    public static EstimatorCase Of(string name) => All.Single(one => one.Name == name);

    public static CriticTransformer Critic(MLContext ml) => CriticTransformer.From(ml, Tables.Critic);

    public static CriticTrainer.Options Trainer(bool gradient = false, bool scalars = false) => new()
    {
        Robot = Tables.Robot,
        Training = Tables.Training,
        GoalColumns = scalars ? ["Goal1", "Goal2"] : [],
        StartStateColumnName = gradient ? "State" : null,
        ExampleWeightColumnName = gradient ? "Weight" : null,
        ActionGradientColumnName = gradient ? "ActionGradient" : null,
    };

    public static PolicyFittingEstimator.Options Fitting() => new() { Fitting = Tables.Fitting };

    public static DynamicsTrainer.Options Dynamics() => new() { Learning = Tables.Learning };

    private static PolicyTrainer.Options PoliciesWithAll() => new()
    {
        Robot = Tables.Robot,
        Training = Tables.Training,
        Fitting = Tables.Fitting,
        GoalColumns = ["Goal1", "Goal2"],
        StartStateColumnName = "State",
        DynamicsColumns = { ["Mass"] = "arm2.mass" },
        ExampleWeightColumnName = "Weight",
        SeedColumnName = "Seed",
    };

    private static DynamicsTrainer.Options DynamicsWithAll() => new()
    {
        Learning = Tables.Learning with { TimeStep = 0.05, Angles = true },
        EpisodeColumnName = "Seed",
        ScoreColumns = ["A", "B", "C", "D"],
        DisagreementColumnName = "Doubt",
        Prior = new(Tables.Robot, TaskPreset.TwoLink.Dynamics),
    };

    private static CriticTrainer.Options ThroughLearned() => new()
    {
        LearnedDynamics = new MLContext().MetaCritic().Trainers.Dynamics(Dynamics()).Fit(Tables.All(new())).Model,
        Training = Tables.Training,
    };

    private static PolicyFittingEstimator.Options FittingWithAll() => new()
    {
        Fitting = Tables.Fitting,
        GoalColumns = ["Goal1", "Goal2"],
        StartStateColumnName = "State",
        DynamicsColumns = { ["Mass"] = "arm2.mass" },
        SeedColumnName = "Seed",
        Robot = Tables.Robot.With("arm1.mass", 1.5),
    };

    private static EstimatorChain<RolloutTransformer> FitAndRollOut(MLContext ml, PolicyFittingEstimator.Options fitting, RolloutEstimator.Options rollout) =>
        ml.MetaCritic().Transforms.FitPolicies(Critic(ml), fitting).Append(ml.MetaCritic().Transforms.RollOut(Critic(ml), rollout));

    // A chain of both, each as its own type.
    private static TransformerChain<ITransformer> LastOf(MLContext ml, ITransformer model) => new(PolicyFittingTransformer.From(ml, model), RolloutTransformer.From(ml, model));

    private static RolloutEstimator.Options RollOutWithAll() => new()
    {
        GoalColumns = ["Goal1", "Goal2"],
        StartStateColumnName = "State",
        DynamicsColumns = { ["Mass"] = "arm2.mass" },
        Robot = Tables.Robot.With("arm1.mass", 1.5),
        Dynamics = TaskPreset.TwoLink.Dynamics with { Substeps = 2 },
        NumberOfSteps = 4,
        TimeColumnName = "T",
    };
}
