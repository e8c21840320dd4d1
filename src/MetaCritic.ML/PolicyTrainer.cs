using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>
/// Goes the whole way: meta-trains a critic on the goals it is fitted with, and gives a transformer that fits policies with it
/// for the goals it is given (Bechtle, Righetti and Meier 2022, arXiv 2204.02210, Algorithms 2 and 3).
/// </summary>
/// <remarks>
/// <para>
/// <c>TrainTestSplit</c> and <c>Regression.CrossValidate</c> divide the goals; <c>Regression.Evaluate</c> then says how well the
/// policies do on goals that the critic has not seen. The parts are <see cref="CriticTrainer"/> and <see cref="PolicyFittingEstimator"/>,
/// with the same results.
/// </para>
/// <para>Input columns (names are those of <see cref="Options"/>); what comes out is described at <see cref="PolicyFittingTransformer"/>:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Goal</term><description>vector of Single, or one Single column per joint: goal positions; rad or m</description></item>
/// <item><term>start state (optional)</term><description>vector of Single: positions, then velocities; rest at 0 without it</description></item>
/// <item><term>robot parameters (optional)</term><description>Single each, in the parameter's unit: the robot of the goal, in training and in fitting</description></item>
/// <item><term>example weight (optional, for training)</term><description>Single, 0 or more: weight of the goal in the task loss</description></item>
/// <item><term>policy seed (optional, for fitting)</term><description>Single: a whole number from 0 to 16,777,215</description></item>
/// </list>
/// <para>Characteristics:</para>
/// <list type="table">
/// <item><term>Task</term><description>regression on the final-state error: Score is the error reached, Label is 0</description></item>
/// <item><term>Normalisation needed</term><description>no; scale inputs by <see cref="MetaTrainingOptions.PositionScale"/> and <see cref="MetaTrainingOptions.VelocityScale"/></description></item>
/// <item><term>Caching</term><description>not needed; the table is read once</description></item>
/// <item><term>Deterministic</term><description>yes: the same seeds give the same bits whatever the number of threads</description></item>
/// </list>
/// <para>
/// Training needs a model of the robot, or learned dynamics. Fitting needs none: the critic alone tells a policy's actions from
/// better ones, and the environment is asked for nothing but Reset and Step.
/// </para>
/// </remarks>
public sealed class PolicyTrainer : IEstimator<PolicyFittingTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;
    private readonly CriticTrainer _trainer;
    private readonly FittingFunction _fitting; // but for the critic's weights

    internal PolicyTrainer(MLContext context, Options options)
    {
        (_context, _options) = (context, options);
        _trainer = new(context, options);
        CriticModel untrained = _trainer.Untrained();
        if (options.FittingRobot is { } robot)
        {
            FittingFunction.CheckRobot(robot, untrained, nameof(options.FittingRobot));
        }

        if (options.FittingDynamicsColumns is { } columns)
        {
            ColumnOptions.Names(columns.Keys, nameof(options.FittingDynamicsColumns));
            ColumnOptions.Parameters(columns, options.FittingRobot ?? options.Robot, nameof(options.FittingDynamicsColumns));
        }

        _fitting = options.ForFitting().Function(untrained);
    }

    /// <summary>Meta-trains a critic. Policies are fitted when the values of what the transformer gives are read.</summary>
    /// <param name="input">The table of goals.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, or a value is not usable; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; a checkpoint was written if there is a folder for it.</exception>
    /// <exception cref="NothingLearnedException">The training ended in good order, but the critic is worth nothing; see <see cref="CriticTrainer.OptionsBase.AllowNothingLearned"/>.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; a checkpoint was written if there is a folder for it.</exception>
    public PolicyFittingTransformer Fit(IDataView input) => new(_context, _options.ForFitting().Function(_trainer.Fit(input).Model));

    /// <summary>The promised columns and those of the fitted policies.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column that meta-training needs is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _trainer.CheckInputs(inputSchema);
        return OutputColumn.Append(_context, inputSchema, _fitting.Outputs);
    }

    /// <summary>Settings of both parts. They are checked once, when the trainer is made.</summary>
    public sealed class Options : CriticTrainer.OptionsBase
    {
        /// <summary>Settings of the policies' learner; null for the preset of a built-in robot, or what <see cref="TaskPreset.For"/> works out for another. Default null; ranges at <see cref="PolicyLearnerOptions"/>.</summary>
        public PolicyLearnerOptions? Fitting { get; init; }

        /// <summary>Largest number of policy updates; null for that of <see cref="Fitting"/>. Default null; 0 to 1,000,000.</summary>
        public int? NumberOfSteps { get; init; }

        /// <summary>Seed of the initial policies in fitting. Default 0; any number.</summary>
        public ulong PolicySeed { get; init; }

        /// <summary>Column of the initial policies' seeds, whole numbers from 0 to 16,777,215; null for <see cref="PolicySeed"/> everywhere. Default null; any name.</summary>
        public string? SeedColumnName { get; init; }

        /// <summary>The robot to fit policies on; null for that of training. Default null; a robot with as many joints.</summary>
        public RobotModel? FittingRobot { get; init; }

        /// <summary>How the dynamics are stepped that policies are fitted on; null for those of training. Default null; ranges at <see cref="RigidBodyOptions"/>.</summary>
        public RigidBodyOptions? FittingDynamics { get; init; }

        /// <summary>
        /// Columns with parameters of the robot that policies are fitted on, where they differ from those of training; null for
        /// <see cref="CriticTrainer.OptionsBase.DynamicsColumns"/>. Default null; names of <see cref="RobotModel.Parameters"/>.
        /// </summary>
        public Dictionary<string, string>? FittingDynamicsColumns { get; init; }

        /// <summary>
        /// Makes the environment for policies that are fitted together, copy i for task i; null for a simulated robot.
        /// Default null. A saved model does not hold it: see <see cref="PolicyFittingTransformer.From(MLContext, ITransformer, Func{IReadOnlyList{FittingTask}, IEnvironment}?)"/>.
        /// </summary>
        public Func<IReadOnlyList<FittingTask>, IEnvironment>? Environments { get; init; }

        /// <summary>Is told of the progress of fitting, on the thread that reads. Default null.</summary>
        public IProgress<FittingProgress>? FittingProgress { get; init; }

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

        internal PolicyFittingEstimator.Options ForFitting() => new()
        {
            GoalColumnName = GoalColumnName,
            GoalColumns = GoalColumns,
            StartStateColumnName = StartStateColumnName,
            DynamicsColumns = FittingDynamicsColumns ?? DynamicsColumns,
            SeedColumnName = SeedColumnName,
            Seed = PolicySeed,
            Robot = FittingRobot,
            Dynamics = FittingDynamics,
            Environments = Environments,
            Fitting = Fitting,
            NumberOfSteps = NumberOfSteps,
            Progress = FittingProgress,
            CancellationToken = CancellationToken,
            PolicyColumnName = PolicyColumnName,
            FinalStateColumnName = FinalStateColumnName,
            ScoreColumnName = ScoreColumnName,
            LabelColumnName = LabelColumnName,
            LearningCurveColumnName = LearningCurveColumnName,
            StepsColumnName = StepsColumnName,
            ConvergedColumnName = ConvergedColumnName,
            DivergedColumnName = DivergedColumnName,
        };
    }
}
