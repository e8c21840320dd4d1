using System.Diagnostics.CodeAnalysis;
using MetaCritic.Analysis;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>What MetaCritic.ML adds to an <see cref="MLContext"/>.</summary>
public sealed class MetaCriticCatalog
{
    internal MetaCriticCatalog(MLContext context)
    {
        Trainers = new(context);
        Transforms = new(context);
        Data = new(context);
    }

    /// <summary>Trainers.</summary>
    public MetaCriticTrainers Trainers { get; }

    /// <summary>Transforms.</summary>
    public MetaCriticTransforms Transforms { get; }

    /// <summary>Tables of goals.</summary>
    public MetaCriticData Data { get; }

    /// <summary>Statistics of the errors of fitted policies.</summary>
    /// <param name="data">A table that <see cref="PolicyFittingTransformer"/> gave.</param>
    /// <param name="scoreColumnName">Column of the errors.</param>
    /// <param name="groupColumnName">Column whose values divide the rows into groups; null for none.</param>
    /// <param name="tolerance">The error up to which a policy is a success, rad² or m²; 0 or more.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type, or an option or a score is out of range.</exception>
    public MetaCriticMetrics Evaluate(
        IDataView data, string scoreColumnName = "Score", string? groupColumnName = null, double tolerance = ErrorSummary.DefaultTolerance) =>
        Evaluate(data, new MetaCriticMetrics.Options { ScoreColumnName = scoreColumnName, GroupColumnName = groupColumnName, Tolerance = tolerance });

    /// <summary>Statistics of the errors of fitted policies.</summary>
    /// <param name="data">A table that <see cref="PolicyFittingTransformer"/> gave.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type, or an option or a score is out of range.</exception>
    [SuppressMessage("Performance", "CA1822", Justification = "Called on the catalog, as in ML.NET's own.")]
    public MetaCriticMetrics Evaluate(IDataView data, MetaCriticMetrics.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return MetaCriticMetrics.Of(data, options);
    }
}

/// <summary>The trainers of <see cref="MetaCriticCatalog"/>.</summary>
public sealed class MetaCriticTrainers
{
    private readonly MLContext _context;

    internal MetaCriticTrainers(MLContext context) => _context = context;

    /// <summary>The context, for extensions.</summary>
    internal MLContext Context => _context;

    /// <summary>A trainer that meta-trains a critic on a table of goals.</summary>
    /// <param name="robot">The robot, whose movable joints the goals are for. A built-in robot brings its preset along.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="startStateColumnName">Vector column of start states; null for rest at position 0.</param>
    /// <param name="exampleWeightColumnName">Column of the goals' weights; null for equal weights.</param>
    /// <param name="numberOfIterations">Number of meta-iterations, 1 to 10,000,000; null for the preset's.</param>
    /// <param name="seed">Seed of everything random; null for the preset's.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public CriticTrainer Critic(
        RobotModel robot,
        string goalColumnName = "Goal",
        string? startStateColumnName = null,
        string? exampleWeightColumnName = null,
        int? numberOfIterations = null,
        ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(robot);
        return Critic(new CriticTrainer.Options
        {
            Robot = robot,
            GoalColumnName = goalColumnName,
            StartStateColumnName = startStateColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfIterations = numberOfIterations,
            Seed = seed,
        });
    }

    /// <summary>A trainer that meta-trains a critic on a table of goals, with the robot and the settings of a preset.</summary>
    /// <param name="preset">Robot and settings, fits included: <see cref="TaskPreset.For"/> works them out for any robot.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="numberOfIterations">Number of meta-iterations, 1 to 10,000,000; null for the preset's.</param>
    /// <param name="seed">Seed of everything random; null for the preset's.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public CriticTrainer Critic(TaskPreset preset, string goalColumnName = "Goal", int? numberOfIterations = null, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return Critic(new CriticTrainer.Options { Preset = preset, GoalColumnName = goalColumnName, NumberOfIterations = numberOfIterations, Seed = seed });
    }

    /// <summary>A trainer that meta-trains a critic on a table of goals through learned dynamics.</summary>
    /// <param name="dynamics">The dynamics, as <see cref="Dynamics(DynamicsTrainer.Options)"/> learns them.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="numberOfIterations">Number of meta-iterations, 1 to 10,000,000; null for the default.</param>
    /// <param name="seed">Seed of everything random; null for the default.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public CriticTrainer Critic(DynamicsTransformer dynamics, string goalColumnName = "Goal", int? numberOfIterations = null, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        return Critic(new CriticTrainer.Options { LearnedDynamics = dynamics.Model, GoalColumnName = goalColumnName, NumberOfIterations = numberOfIterations, Seed = seed });
    }

    /// <summary>A trainer for the whole way: it meta-trains a critic on a table of goals, and what comes out fits policies for the goals it is given.</summary>
    /// <param name="robot">The robot, whose movable joints the goals are for. A built-in robot brings its preset along.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="startStateColumnName">Vector column of start states; null for rest at position 0.</param>
    /// <param name="exampleWeightColumnName">Column of the goals' weights in training; null for equal weights.</param>
    /// <param name="numberOfIterations">Number of meta-iterations, 1 to 10,000,000; null for the preset's.</param>
    /// <param name="numberOfSteps">Largest number of policy updates, 0 to 1,000,000; null for the preset's.</param>
    /// <param name="seed">Seed of everything random in meta-training; null for the preset's.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public PolicyTrainer Policies(
        RobotModel robot,
        string goalColumnName = "Goal",
        string? startStateColumnName = null,
        string? exampleWeightColumnName = null,
        int? numberOfIterations = null,
        int? numberOfSteps = null,
        ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(robot);
        return Policies(new PolicyTrainer.Options
        {
            Robot = robot,
            GoalColumnName = goalColumnName,
            StartStateColumnName = startStateColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfIterations = numberOfIterations,
            NumberOfSteps = numberOfSteps,
            Seed = seed,
        });
    }

    /// <summary>A trainer for the whole way: it meta-trains a critic on a table of goals, and what comes out fits policies for the goals it is given.</summary>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public PolicyTrainer Policies(PolicyTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, options);
    }

    /// <summary>A trainer that learns dynamics from a table of transitions.</summary>
    /// <param name="stateColumnName">Vector column of the state.</param>
    /// <param name="actionColumnName">Vector column of the action.</param>
    /// <param name="nextStateColumnName">Vector column of the next state.</param>
    /// <param name="episodeColumnName">Column of the episode; null if it is not known.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public DynamicsTrainer Dynamics(
        string stateColumnName = "State", string actionColumnName = "Action", string nextStateColumnName = "NextState", string? episodeColumnName = null, ulong seed = 0) =>
        Dynamics(new DynamicsTrainer.Options
        {
            StateColumnName = stateColumnName,
            ActionColumnName = actionColumnName,
            NextStateColumnName = nextStateColumnName,
            EpisodeColumnName = episodeColumnName,
            Seed = seed,
        });

    /// <summary>A trainer that learns dynamics from a table of transitions.</summary>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public DynamicsTrainer Dynamics(DynamicsTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, options);
    }

    /// <summary>A trainer that meta-trains a critic on a table of goals.</summary>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public CriticTrainer Critic(CriticTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, options);
    }
}

/// <summary>The transforms of <see cref="MetaCriticCatalog"/>.</summary>
public sealed class MetaCriticTransforms
{
    private readonly MLContext _context;

    internal MetaCriticTransforms(MLContext context) => _context = context;

    /// <summary>The context, for extensions.</summary>
    internal MLContext Context => _context;

    /// <summary>Fits a policy, model-free, for each row of a table of goals, on the robot that the critic was trained on.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="startStateColumnName">Vector column of start states; null for rest at position 0.</param>
    /// <param name="numberOfSteps">Largest number of policy updates, 0 to 1,000,000; null for the preset's.</param>
    /// <param name="seed">Seed of the initial policies.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public PolicyFittingEstimator FitPolicies(
        CriticTransformer critic, string goalColumnName = "Goal", string? startStateColumnName = null, int? numberOfSteps = null, ulong seed = 0) =>
        FitPolicies(critic, new PolicyFittingEstimator.Options
        {
            GoalColumnName = goalColumnName,
            StartStateColumnName = startStateColumnName,
            NumberOfSteps = numberOfSteps,
            Seed = seed,
        });

    /// <summary>Fits a policy, model-free, for each row of a table of goals.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public PolicyFittingEstimator FitPolicies(CriticTransformer critic, PolicyFittingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, critic, options);
    }

    /// <summary>Rolls the fitted policy of each row out on the robot that the critic was trained on, and adds where it goes.</summary>
    /// <param name="critic">The critic that the policies were fitted with.</param>
    /// <param name="policyColumnName">Vector column of the policies' parameters.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="startStateColumnName">Vector column of start states; null for rest at position 0.</param>
    /// <param name="numberOfSteps">Control steps, 1 to 1,000,000; null for the critic's horizon.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public RolloutEstimator RollOut(
        CriticTransformer critic, string policyColumnName = "Policy", string goalColumnName = "Goal", string? startStateColumnName = null, int? numberOfSteps = null) =>
        RollOut(critic, new RolloutEstimator.Options
        {
            PolicyColumnName = policyColumnName,
            GoalColumnName = goalColumnName,
            StartStateColumnName = startStateColumnName,
            NumberOfSteps = numberOfSteps,
        });

    /// <summary>Rolls the fitted policy of each row out, and adds where it goes.</summary>
    /// <param name="critic">The critic that the policies were fitted with.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public RolloutEstimator RollOut(CriticTransformer critic, RolloutEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, critic, options);
    }

    /// <summary>Puts a fitted policy into a pipeline.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="actionColumnName">Column of the action, which is added.</param>
    /// <param name="stateColumnName">Vector column of the state.</param>
    /// <exception cref="InvalidInputException">The policy or an option is not usable.</exception>
    public PolicyApplyingEstimator ApplyPolicy(PolicyModel policy, string actionColumnName = "Action", string stateColumnName = "State") =>
        ApplyPolicy(policy, new PolicyTransformer.Options { ActionColumnName = actionColumnName, StateColumnName = stateColumnName });

    /// <summary>Puts a fitted policy into a pipeline.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">Names of columns.</param>
    /// <exception cref="InvalidInputException">The policy or an option is not usable.</exception>
    public PolicyApplyingEstimator ApplyPolicy(PolicyModel policy, PolicyTransformer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(PolicyTransformer.From(_context, policy, options));
    }
}
