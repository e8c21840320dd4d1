using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Prepares the fitting of a policy for each row of a table of goals. Columns and method: see <see cref="PolicyFittingTransformer"/>.</summary>
public sealed class PolicyFittingEstimator : IEstimator<PolicyFittingTransformer>
{
    private readonly PolicyFittingTransformer _transformer;

    internal PolicyFittingEstimator(MLContext context, CriticTransformer critic, Options options)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _transformer = new(context, options.Function(critic.Model));
    }

    /// <summary>Checks the table's columns. The policies are fitted when the values of <see cref="MetaCriticTransformer.Transform"/> are read.</summary>
    /// <param name="input">A table with the columns that will be needed.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public PolicyFittingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.Check(input.Schema);
        return _transformer;
    }

    /// <summary>The promised columns and those of the fitted policies.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Promise(inputSchema);

    /// <summary>Settings of policy fitting. They are checked once, when the estimator is made.</summary>
    public sealed class Options
    {
        /// <summary>Vector column of the goals. Default "Goal"; any name.</summary>
        public string GoalColumnName { get; init; } = "Goal";

        /// <summary>Scalar columns of the goals, one per joint, in place of <see cref="GoalColumnName"/>. Default none; none or one per joint.</summary>
        public IReadOnlyList<string> GoalColumns { get; init; } = [];

        /// <summary>Vector column of start states; null for rest at position 0. Default null; any name.</summary>
        public string? StartStateColumnName { get; init; }

        /// <summary>Columns with parameters of the robot: column → parameter, such as "iiwa_link_7.mass". Default none; names of <see cref="RobotModel.Parameters"/>.</summary>
        public Dictionary<string, string> DynamicsColumns { get; init; } = [];

        /// <summary>Column of the initial policies' seeds, whole numbers from 0 to 16,777,215; null for <see cref="Seed"/> everywhere. Default null; any name.</summary>
        public string? SeedColumnName { get; init; }

        /// <summary>Seed of the initial policies. Default 0; any number.</summary>
        public ulong Seed { get; init; }

        /// <summary>The robot to fit on; null for the critic's own. Default null; a robot with as many joints.</summary>
        public RobotModel? Robot { get; init; }

        /// <summary>How the simulated robot's dynamics are stepped; null for the critic's own. Default null; ranges at <see cref="RigidBodyOptions"/>.</summary>
        public RigidBodyOptions? Dynamics { get; init; }

        /// <summary>
        /// Makes the environment for policies that are fitted together, copy i for task i; null for a simulated robot.
        /// Default null. A saved model does not hold it: see <see cref="PolicyFittingTransformer.From(MLContext, ITransformer, Func{IReadOnlyList{FittingTask}, IEnvironment}?)"/>.
        /// </summary>
        public Func<IReadOnlyList<FittingTask>, IEnvironment>? Environments { get; init; }

        /// <summary>Settings of the learner; null for those that the critic carries, or those of its built-in robot. Default null; ranges at <see cref="PolicyLearnerOptions"/>.</summary>
        public PolicyLearnerOptions? Fitting { get; init; }

        /// <summary>Largest number of policy updates; null for that of <see cref="Fitting"/>. Default null; 0 to 1,000,000.</summary>
        public int? NumberOfSteps { get; init; }

        /// <summary>Is told of progress, on the thread that reads. Default null.</summary>
        public IProgress<FittingProgress>? Progress { get; init; }

        /// <summary>Ends fitting between two policy updates. Default none.</summary>
        public CancellationToken CancellationToken { get; init; }

        /// <summary>Column of the policies' parameters. Default "Policy"; any name.</summary>
        public string PolicyColumnName { get; init; } = "Policy";

        /// <summary>Column of the last state reached. Default "FinalState"; any name.</summary>
        public string FinalStateColumnName { get; init; } = "FinalState";

        /// <summary>Column of the final-state error; <see cref="PolicyFittingTransformer.DivergedScore"/> if the policy diverged. Default "Score"; any name.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column of zeros, the error wished for. Default "Label"; any name.</summary>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>Column of the errors before each update and after the last. Default "LearningCurve"; any name.</summary>
        public string LearningCurveColumnName { get; init; } = "LearningCurve";

        /// <summary>Column of the number of policy updates made. Default "Steps"; any name.</summary>
        public string StepsColumnName { get; init; } = "Steps";

        /// <summary>Column that says whether the error fell to the tolerance. Default "Converged"; any name.</summary>
        public string ConvergedColumnName { get; init; } = "Converged";

        /// <summary>Column that says whether the policy diverged; null for none. Default "Diverged"; any name.</summary>
        public string? DivergedColumnName { get; init; } = "Diverged";

        internal FittingFunction Function(CriticModel critic) => new(critic, Settings(critic), Run());

        internal FittingRun Run() => new(Environments, Progress, CancellationToken);

        internal FittingSettings Settings(CriticModel critic)
        {
            ColumnOptions.Names(DynamicsColumns?.Keys, nameof(DynamicsColumns));
            PolicyLearnerOptions fitting = Fitting ?? PolicyLearner.DefaultOptions(critic);
            return new(
                GoalColumnName,
                ColumnOptions.Names(GoalColumns),
                StartStateColumnName,
                [.. DynamicsColumns!.Select(pair => new[] { pair.Key, pair.Value })],
                SeedColumnName,
                Seed,
                [PolicyColumnName, FinalStateColumnName, ScoreColumnName, LabelColumnName, LearningCurveColumnName, StepsColumnName, ConvergedColumnName],
                fitting with { Steps = NumberOfSteps ?? fitting.Steps },
                Dynamics,
                Robot,
                Environments is not null,
                DivergedColumnName);
        }
    }
}
