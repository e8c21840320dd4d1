using System.Collections.Concurrent;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MetaCritic.ML;

/// <summary>
/// Meta-trains a critic on a table of goals through a differentiable model of a robot's dynamics, or through learned ones
/// (Bechtle, Righetti and Meier 2022, arXiv 2204.02210).
/// </summary>
/// <remarks>
/// <para>Input columns (names are those of <see cref="Options"/>); what comes out is described at <see cref="CriticTransformer"/>:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Goal</term><description>vector of Single, or one Single column per joint: goal positions; rad or m</description></item>
/// <item><term>start state (optional)</term><description>vector of Single: positions, then velocities; rest at 0 without it</description></item>
/// <item><term>robot parameters (optional)</term><description>Single each, in the parameter's unit: the robot on which the goal is trained</description></item>
/// <item><term>example weight (optional)</term><description>Single, 0 or more: weight of the goal in the task loss</description></item>
/// </list>
/// <para>Characteristics:</para>
/// <list type="table">
/// <item><term>Task</term><description>a learned loss for policy gradients: a regression score, lower is better</description></item>
/// <item><term>Normalisation needed</term><description>no; scale inputs by <see cref="MetaTrainingOptions.PositionScale"/> and <see cref="MetaTrainingOptions.VelocityScale"/></description></item>
/// <item><term>Caching</term><description>not needed; the table is read once</description></item>
/// <item><term>Deterministic</term><description>yes: the same seed gives the same bits whatever the number of threads and the order of the rows</description></item>
/// </list>
/// <para>
/// Each meta-iteration rolls out policies π_θ, takes inner steps θ⁺ = θ − α ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g) with the states
/// held constant, rolls the new policies out through the dynamics f, and updates φ ← φ − η ∇_φ L_task, where L_task compares
/// the states reached with the goal and the gradient flows through the policies' update.
/// </para>
/// <para>
/// Fitting needs the goals only. The transformer that comes out scores rows of state, action and goal, and takes tables without
/// them as long as nobody reads a score: so the trainer may be any link of a chain that is fitted on goals.
/// </para>
/// </remarks>
public sealed partial class CriticTrainer : IEstimator<CriticTransformer>
{
    // New policies that are fitted after a training, to see what the critic is worth.
    private const int PoliciesTried = 4;

    private readonly MLContext _context;
    private readonly OptionsBase _options;
    private readonly CriticColumns _columns; // of the transformer
    private readonly RobotModel? _robot; // null with learned dynamics
    private readonly string _system;
    private readonly NumberColumns[] _inputs;
    private readonly ConcurrentDictionary<int, TaskPreset> _workedOut = new(); // by the number of goals

    internal CriticTrainer(MLContext context, OptionsBase options)
    {
        _context = context;
        _options = options;
        _columns = options.Columns();
        _robot = options.Robot;
        if (_robot is null == options.LearnedDynamics is null)
        {
            throw new InvalidInputException(
                $"options.{nameof(options.Robot)}", _robot is null ? "value is null" : $"there is {nameof(options.LearnedDynamics)}, too", $"Give a robot, such as RobotModel.KukaIiwa7, or {nameof(options.LearnedDynamics)}");
        }

        options.Validate();
        Settings(goals: 1, out RigidBodyOptions dynamics, out MetaTrainingOptions training, out _);
        dynamics.Validate(_robot?.DegreesOfFreedom);
        training.Validate();

        int n = options.LearnedDynamics?.PositionSize ?? _robot!.DegreesOfFreedom;
        int stateSize = options.LearnedDynamics?.StateSize ?? 2 * n;
        _system = _robot is null ? "the learned dynamics" : $"the robot \"{_robot.Name}\"";
        string has = _robot is null ? "the learned dynamics have" : $"{_system} has";
        Goal = NumberColumns.Of("Goal", options.GoalColumnName, options.GoalColumns, n, Invariant($"{has} {n} {(_robot is null ? "positions" : "joints")}"));
        Start = options.StartStateColumnName is { } start ? NumberColumns.Of("StartState", start, [], stateSize, Invariant($"{has} {stateSize} state components")) : null;
        Weight = options.ExampleWeightColumnName is { } weight ? NumberColumns.Of("ExampleWeight", weight, [], 1, "a goal has one weight") : null;
        Parameters = ColumnOptions.Parameters(options.DynamicsColumns, _robot);
        _inputs = [.. new[] { Goal, Start, Weight }.OfType<NumberColumns>(), .. Parameters];
    }

    private NumberColumns Goal { get; }

    private NumberColumns? Start { get; }

    private NumberColumns? Weight { get; }

    /// <summary>One per entry of <see cref="OptionsBase.DynamicsColumns"/>.</summary>
    private NumberColumns[] Parameters { get; }

    /// <summary>Meta-trains a critic.</summary>
    /// <param name="input">The table of goals.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, or a value is not usable; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; a checkpoint was written if there is a folder for it.</exception>
    /// <exception cref="NothingLearnedException">The training ended in good order, but the critic is worth nothing; see <see cref="OptionsBase.AllowNothingLearned"/>. A checkpoint was written if there is a folder for it.</exception>
    /// <exception cref="DivergenceException">A value was not finite, and <see cref="MetaTrainingOptions.OnDivergence"/> is Stop; a checkpoint was written if there is a folder for it.</exception>
    public CriticTransformer Fit(IDataView input)
    {
        CriticModel critic = Train<CriticModel>(input, "Meta-training", job =>
        {
            using MetaTrainer trainer = _robot is null
                ? new(_options.LearnedDynamics!, job.Goals, job.Training, job.Fitting, job.Validation)
                : new(_robot, job.Dynamics, job.Goals, job.Training, job.Fitting, job.Validation);
            job.Resume(MetaTrainer.CheckpointFileName, trainer.LoadCheckpoint, () => trainer.Iteration);
            CriticModel trained = trainer.Train(job.Progress, _options.CheckpointFolder, null, _options.CancellationToken);
            return new(
                trained, trained.TaskLoss, trained.FinalError, trainer.History, goals => CriticValidation.Run(trained, goals, seed: trained.Training.Seed, cancellationToken: _options.CancellationToken));
        });
        return new(_context, new(critic, _options.Columns()));
    }

    /// <summary>Reads the table, has a critic trained, and judges it.</summary>
    /// <typeparam name="TCritic">The critic.</typeparam>
    /// <param name="input">The table of goals.</param>
    /// <param name="channelName">Name of the channel for messages.</param>
    /// <param name="train">Trains it.</param>
    internal TCritic Train<TCritic>(IDataView input, string channelName, Func<TrainingJob, TrainedCritic<TCritic>> train)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (NumberColumns columns in _inputs)
        {
            columns.Check(input.Schema);
        }

        _options.CancellationToken.ThrowIfCancellationRequested();
        TrainingGoals goals = Read(input);
        IHost host = ((IHostEnvironment)_context).Register("MetaCritic");
        using IChannel channel = host.Start(channelName);
        TaskPreset? preset = Settings(goals.Goals.Count, out RigidBodyOptions dynamics, out MetaTrainingOptions training, out PolicyLearnerOptions? fitting);
        CheckGoals(goals, channel);
        TrainingGoals? validation = _options.ValidationSet is null ? null : Read(_options.ValidationSet);
        if (validation is not null)
        {
            CheckGoals(validation, channel);
        }

        TrainingJob job = new(goals, validation, dynamics, training, fitting, new Reporter(channel, _options.Progress), (fileName, load, iteration) =>
        {
            if (_options.ResumeFromCheckpoint && _options.CheckpointFolder is { } folder && Path.Combine(folder, fileName) is var file && File.Exists(file))
            {
                load(file);
                channel.Inform($"Going on after {iteration()} meta-iterations of an earlier run.");
            }

            channel.Inform($"Meta-training a critic on {_system}: {goals.Goals.Count} goals, {training.Iterations} meta-iterations.");
            foreach (string line in preset?.Explanation is null ? [] : preset.Describe())
            {
                channel.Inform($"{line}");
            }
        });
        TrainedCritic<TCritic> trained = train(job);
        TrainingOutcome outcome = Outcome(trained.History, () => trained.Try((validation ?? goals).Spread(PoliciesTried)));
        if (outcome.Failure is not null)
        {
            string remedy =
                _options.Dynamics is not null || _options.Training is not null ? "Settings that suit the robot help: leave out Dynamics and Training, or give those of TaskPreset.For(robot)"
                : _options.NumberOfIterations is { } few ? Invariant($"Leave out NumberOfIterations ({few}), or give more")
                : "Look at the settings in the log, and at the goals: they are radians, or metres where a joint slides";
            if (!_options.AllowNothingLearned)
            {
                (trained.Critic as IDisposable)?.Dispose();
                throw new NothingLearnedException(outcome, $"{remedy}. AllowNothingLearned gives the critic all the same.");
            }

            channel.Warning(MessageSensitivity.None, "{0}", $"{outcome.Describe()}. {remedy}.");
        }

        if (outcome.Fresh is { } fresh)
        {
            channel.Inform($"Meta-training is done. {fresh.Policies} new policies, of which {fresh.Diverged} diverged: mean final-state error {fresh.Error:G4}, {fresh.Unfitted:G4} without fitting.");
        }
        else
        {
            channel.Inform($"Meta-training is done: task loss {trained.TaskLoss:G4}, final-state error {trained.FinalError:G4}.");
        }

        return trained.Critic;
    }

    /// <summary>The columns that <see cref="CriticTransformer"/> will add, by the columns that a pipeline promises.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column for goals, start states or weights is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        CheckInputs(inputSchema);
        int actionSize = _options.LearnedDynamics?.ActionSize ?? _robot!.DegreesOfFreedom;
        return OutputColumn.Append(_context, inputSchema, CriticFunction.ResultsOf(_columns, actionSize, _robot).Select(result => result.Column));
    }

    /// <summary>Checks the promised columns that meta-training needs.</summary>
    /// <exception cref="InvalidInputException">One is missing or of a wrong type; the message names it.</exception>
    internal void CheckInputs(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (NumberColumns columns in _inputs)
        {
            columns.Check(inputSchema);
        }
    }

    /// <summary>The critic to come, but for its weights and goals: what other options can be checked against.</summary>
    internal CriticModel Untrained()
    {
        Settings(goals: 1, out RigidBodyOptions dynamics, out MetaTrainingOptions training, out PolicyLearnerOptions? fitting);
        return new()
        {
            Network = new([1, 1], training.CriticActivation),
            Parameters = default,
            StateSize = _options.LearnedDynamics?.StateSize ?? 2 * _robot!.DegreesOfFreedom,
            ActionSize = _options.LearnedDynamics?.ActionSize ?? _robot!.DegreesOfFreedom,
            PositionSize = Goal.Size,
            Robot = _robot,
            Dynamics = _robot is null ? null : dynamics,
            LearnedDynamics = _options.LearnedDynamics,
            Training = training,
            Fitting = fitting,
            Goals = new() { Goals = [] },
            Iterations = 0,
            TaskLoss = double.NaN,
            FinalError = double.NaN,
            ProductVersion = ProductInfo.Version,
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // What the options leave open comes from their preset, else from that of a built-in robot, else from TaskPreset.For.
    private TaskPreset? Settings(int goals, out RigidBodyOptions dynamics, out MetaTrainingOptions training, out PolicyLearnerOptions? fitting)
    {
        TaskPreset? preset = _robot is null ? null : _options.Preset ?? TaskPreset.BuiltIn(_robot) ?? _workedOut.GetOrAdd(goals, count => TaskPreset.For(_robot, count));
        dynamics = _options.Dynamics ?? preset?.Dynamics ?? new();
        training = _options.Training ?? preset?.Training ?? new();
        training = training with { Iterations = _options.NumberOfIterations ?? training.Iterations, Seed = _options.Seed ?? training.Seed };
        fitting = preset?.Fitting;
        return preset is null ? null : preset with { Dynamics = dynamics, Training = training };
    }

    private void CheckGoals(TrainingGoals goals, IChannel channel)
    {
        if (_robot is null)
        {
            return;
        }

        foreach (string line in OutsideLimits.Describe(GoalLimits.Check(_robot, goals.Goals, goals.StartStates, _options.AllowOutside)))
        {
            channel.Warning(MessageSensitivity.None, "{0}", line + ".");
        }
    }

    // A training that is too short to be judged by its policies is not held up by fitting any.
    private static TrainingOutcome Outcome(IReadOnlyList<MetaIterationMetrics> history, Func<ValidationResult> fitNew)
    {
        TrainingOutcome outcome = TrainingOutcome.Of(history);
        return !outcome.FreshPoliciesMayDecide || outcome.Iterations < TrainingOutcome.LeastIterations ? outcome : TrainingOutcome.Of(history, fitNew());
    }

    private TrainingGoals Read(IDataView input)
    {
        List<double[]> goals = [], starts = [], parameters = [];
        string[] names = [.. _options.DynamicsColumns.Values];
        List<double> weights = [];
        using DataViewRowCursor cursor = input.GetRowCursor(_inputs.SelectMany(columns => columns.Find(input.Schema)));
        NumberColumns.Reader goal = Goal.Open(cursor);
        NumberColumns.Reader? start = Start?.Open(cursor), weight = Weight?.Open(cursor);
        NumberColumns.Reader[] readers = [.. Parameters.Select(columns => columns.Open(cursor))];
        double[] one = new double[1];
        while (cursor.MoveNext())
        {
            goals.Add(Next(goal, Goal));
            if (start is not null)
            {
                starts.Add(Next(start, Start!));
            }

            if (readers.Length > 0)
            {
                parameters.Add([.. readers.Select((reader, i) => Next(reader, Parameters[i])[0])]);
            }

            if (weight is not null)
            {
                weight.Read(one);
                if (!(one[0] >= 0) || !double.IsFinite(one[0]))
                {
                    throw new InvalidInputException(Weight!.Place(Row(goals.Count)), Invariant($"the weight is {one[0]}"), "Give a finite number, 0 or more");
                }

                weights.Add(one[0]);
            }
        }

        if (goals.Count == 0)
        {
            throw new InvalidInputException($"Column \"{string.Join(", ", Goal.Names)}\"", "the table has no rows", "Give at least one goal");
        }

        if (weight is not null && weights.TrueForAll(w => w == 0))
        {
            throw new InvalidInputException($"Column \"{Weight!.Names[0]}\"", "all weights are 0", "Give at least one that is greater");
        }

        return new()
        {
            Goals = goals,
            StartStates = start is null ? null : starts,
            Weights = weight is null ? null : weights,
            ParameterNames = names,
            ParameterValues = names.Length == 0 ? null : parameters,
        };

        double[] Next(NumberColumns.Reader reader, NumberColumns columns)
        {
            double[] values = new double[columns.Size];
            reader.Read(values);
            columns.CheckFinite(values, Row(ReferenceEquals(columns, Goal) ? goals.Count + 1 : goals.Count));
            return values;
        }
    }

    private static string Row(int number) => Invariant($"row {number}");

    // Passes progress on, and logs every tenth of the way, warnings, and the first policy that diverges.
    private sealed class Reporter(IChannel channel, IProgress<MetaTrainingProgress>? next) : IProgress<MetaTrainingProgress>
    {
        private int _tenths = -1;
        private bool _diverged;

        public void Report(MetaTrainingProgress value)
        {
            int tenths = (int)(10L * value.Completed / Math.Max(1, value.Total));
            if (tenths > _tenths)
            {
                _tenths = tenths;
                channel.Inform($"Meta-iteration {value.Completed} of {value.Total}: task loss {value.Latest.TaskLoss:G4}, final-state error {value.Latest.FinalError:G4}.");
            }

            if (value.Validation is { } point)
            {
                channel.Inform($"Validation after {point.Iteration} meta-iterations: mean final-state error {point.Error:G4} of {point.Policies} new policies, of which {point.Diverged} diverged.");
            }

            if (value.Divergences.Count > 0 && !_diverged)
            {
                _diverged = true;
                Warn(value.Divergences[0].Message + "; further ones are not logged.");
            }

            if (value.Warning is { } warning)
            {
                Warn(warning + ".");
            }

            next?.Report(value);
        }

        private void Warn(string message) => channel.Warning(MessageSensitivity.None, "{0}", message);
    }
}
