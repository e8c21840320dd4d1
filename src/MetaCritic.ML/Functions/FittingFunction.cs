using System.Collections;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>Fits a policy for each row.</summary>
internal class FittingFunction : ResultFunction<FittedPolicy>
{
    private readonly RobotModel? _robot;
    private readonly RigidBodyOptions? _dynamics;
    private readonly FittingRun _run;
    private readonly NumberColumns _goal;
    private readonly NumberColumns? _start;
    private readonly string[] _parameters;
    private readonly NumberColumns? _seed;
    private bool _warned;

    public FittingFunction(CriticModel critic, FittingSettings settings, FittingRun run)
    {
        settings.Validate();
        (Critic, Settings, _run) = (critic, settings, run);
        _robot = settings.Robot ?? critic.Robot;
        if (_robot is null && !settings.OwnEnvironment && critic.LearnedDynamics is null)
        {
            throw new InvalidInputException(
                "options.Robot", "value is null, and the critic was trained on custom dynamics", "Give a robot, or give Environments");
        }

        if (_robot is null && settings.Parameters.Length > 0)
        {
            throw new InvalidInputException(
                "options.DynamicsColumns", "there is no robot whose parameters the columns could change", "Give Robot too; each FittingTask then carries the changed robot");
        }

        settings.Fitting.Validate();
        _dynamics = settings.Dynamics ?? critic.Dynamics ?? critic.LearnedDynamics?.PriorOptions ?? TaskPreset.BuiltIn(_robot)?.Dynamics;
        if (_robot is not null)
        {
            CheckRobot(_robot, critic, "Robot");
            _dynamics?.Validate(_robot.DegreesOfFreedom);
        }

        string system = _robot is null ? "the critic's system" : Invariant($"the robot \"{_robot.Name}\"");
        _goal = NumberColumns.Of("Goal", settings.Goal, settings.Goals, critic.PositionSize, Invariant($"{system} has {critic.PositionSize} {(_robot is null ? "positions" : "joints")}"));
        _start = settings.Start is { } start ? NumberColumns.Of("StartState", start, [], critic.StateSize, Invariant($"{system} has {critic.StateSize} state components")) : null;
        _parameters = [.. settings.Parameters.Select(pair => pair[1])];
        NumberColumns[] parameters = ColumnOptions.Parameters(settings.Parameters.Select(pair => KeyValuePair.Create(pair[0], pair[1])), _robot);
        _seed = settings.SeedColumn is { } seed ? NumberColumns.Of("Seed", seed, [], 1, "a seed is one number") : null;
        Extras = [.. new[] { _start }.Concat(parameters).Append(_seed).OfType<NumberColumns>()];
        Inputs = [_goal, .. Extras];
        string[]? joints = critic.Robot?.JointNames();
        Results =
        [
            ResultColumn<FittedPolicy>.Vector(settings.Outputs[0], critic.PolicyNetwork.ParameterCount, null, FittedPolicy.PolicyColumn, fit => fit.Policy),
            ResultColumn<FittedPolicy>.Vector(
                settings.Outputs[1], critic.StateSize, joints is null ? null : [.. joints, .. joints.Select(joint => joint + " velocity")], FittedPolicy.FinalStateColumn, fit => fit.FinalState),
            ResultColumn<FittedPolicy>.Scalar(settings.Outputs[2], NumberDataViewType.Single, FittedPolicy.ScoreColumn, fit => fit.Score),
            ResultColumn<FittedPolicy>.Scalar(settings.Outputs[3], NumberDataViewType.Single, FittedPolicy.LabelColumn, fit => fit.Label),
            ResultColumn<FittedPolicy>.Vector(settings.Outputs[4], 0, null, FittedPolicy.LearningCurveColumn, fit => fit.LearningCurve),
            ResultColumn<FittedPolicy>.Scalar(settings.Outputs[5], NumberDataViewType.Int32, FittedPolicy.StepsColumn, fit => fit.Steps),
            ResultColumn<FittedPolicy>.Scalar(settings.Outputs[6], BooleanDataViewType.Instance, FittedPolicy.ConvergedColumn, fit => fit.Converged),
            .. settings.Diverged is { } diverged
                ? [ResultColumn<FittedPolicy>.Scalar(diverged, BooleanDataViewType.Instance, FittedPolicy.DivergedColumn, fit => fit.Diverged)]
                : Array.Empty<ResultColumn<FittedPolicy>>(),
        ];
    }

    public CriticModel Critic { get; }

    public FittingSettings Settings { get; }

    /// <summary>Is told what is suspicious about the environment, once.</summary>
    public Action<string>? Warn { get; set; }

    /// <summary>What the run has beside its settings.</summary>
    protected FittingRun Run => _run;

    /// <summary>The optional columns: start state, robot parameters, seed.</summary>
    public NumberColumns[] Extras { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<ResultColumn<FittedPolicy>> Results { get; }

    /// <summary>Checks that a critic can fit policies of a robot.</summary>
    /// <exception cref="InvalidInputException">The robot has too many or too few joints; the message names the option.</exception>
    public static void CheckRobot(RobotModel robot, CriticModel critic, string option)
    {
        int n = robot.DegreesOfFreedom;
        if (n != critic.PositionSize || 2 * n != critic.StateSize || n != critic.ActionSize)
        {
            throw new InvalidInputException(
                $"options.{option}",
                Invariant($"the robot \"{robot.Name}\" has {n} joints; the critic was trained on {critic.PositionSize} positions, {critic.StateSize} state and {critic.ActionSize} action components"),
                "Give a robot that the critic fits");
        }
    }

    /// <summary>The same in an environment of the user's own.</summary>
    public virtual FittingFunction In(Func<IReadOnlyList<FittingTask>, IEnvironment>? environments) =>
        environments is null ? this : new(Critic, Settings with { OwnEnvironment = true }, _run with { Environments = environments });

    public override RowFunction For(IDataView input) => new FittedRows(this, input);

    public override void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, FittedPolicy result) =>
        result.Set(Fit([Task(numbers, row)], null)[0]);

    /// <summary>Fits all rows of a table together, after all have been read and checked.</summary>
    public IReadOnlyList<PolicyFit> FitRows(IDataView input)
    {
        Check(input.Schema);
        RowTasks tasks = new(this);
        using (DataViewRowCursor cursor = input.GetRowCursor(Inputs.SelectMany(columns => columns.Find(input.Schema))))
        {
            RowReader reader = new(Inputs, cursor);
            while (cursor.MoveNext())
            {
                tasks.Add(reader.Read());
            }
        }

        return tasks.Count == 0 ? [] : Fit(tasks, _run.Progress);
    }

    /// <summary>Fits policies with the critic.</summary>
    protected virtual IReadOnlyList<PolicyFit> Fit(
        IReadOnlyList<FittingTask> tasks, Func<IReadOnlyList<FittingTask>, IEnvironment> environments, IProgress<FittingProgress>? progress, CancellationToken cancellation)
    {
        using PolicyLearner learner = new(Critic, Settings.Fitting);
        return learner.Fit(tasks, environments, progress, cancellation);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A robot with parameters changed.</summary>
    /// <exception cref="InvalidInputException">A value is out of its range; the message names the row.</exception>
    private static RobotModel Changed(RobotModel robot, string[] names, double[] values, string row) =>
        InvalidInputException.At(row, () => robot.With(names.Zip(values, KeyValuePair.Create)));

    private IReadOnlyList<PolicyFit> Fit(IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress)
    {
        IReadOnlyList<PolicyFit> fits = Fit(tasks, Settings.OwnEnvironment ? Environments() : Simulate, progress, _run.Cancellation);
        if (fits.FirstOrDefault(fit => fit.Warning is not null) is { } fit && !Interlocked.Exchange(ref _warned, true))
        {
            Warn?.Invoke(fit.Warning + ".");
        }

        return fits;
    }

    // What a row asks for. The numbers are those of the inputs, in their order.
    private FittingTask Task(ReadOnlySpan<double> numbers, long position)
    {
        string row = position < 0 ? "a row" : Invariant($"row {position + 1}");
        double[] goal = Take(ref numbers, _goal.Size);
        _goal.CheckFinite(goal, row);
        double[]? start = null;
        if (_start is not null)
        {
            start = Take(ref numbers, _start.Size);
            _start.CheckFinite(start, row);
        }

        RobotModel? robot = _parameters.Length > 0 ? Changed(_robot!, _parameters, Take(ref numbers, _parameters.Length), row) : _robot;
        ulong seed = Settings.Seed;
        if (_seed is not null)
        {
            double given = numbers[0];
            if (!(given >= 0 && given <= Singles.LargestWhole) || given != Math.Floor(given))
            {
                throw new InvalidInputException(_seed.Place(row), Invariant($"the seed is {given}"), Invariant($"Give a whole number from 0 to {Singles.LargestWhole}"));
            }

            seed = (ulong)given;
        }

        return new() { Goal = goal, StartState = start, Robot = robot, Seed = seed };

        static double[] Take(ref ReadOnlySpan<double> numbers, int count)
        {
            double[] taken = numbers[..count].ToArray();
            numbers = numbers[count..];
            return taken;
        }
    }

    private Func<IReadOnlyList<FittingTask>, IEnvironment> Environments() => _run.Environments ?? throw new InvalidInputException(
        "options.Environments", "the policies are fitted in a custom environment, which a model file cannot hold", "Give it to From(context, model, environments) of the transformer");

    // Where there is no robot, there are learned dynamics.
    private IEnvironment Simulate(IReadOnlyList<FittingTask> tasks)
    {
        IReadOnlyList<double>?[] starts = [.. tasks.Select(task => task.StartState)];
        return _robot is null ? new DynamicsEnvironment(Critic.LearnedDynamics!, tasks.Count, starts) : new SimulatedRobot([.. tasks.Select(task => task.Robot!)], _dynamics, starts);
    }

    // The tasks of a table's rows, made when their block's turn comes: a changed robot per row would take as much memory as the
    // policies do.
    private sealed class RowTasks(FittingFunction function) : IReadOnlyList<FittingTask>
    {
        private readonly List<double[]> _rows = [];

        public int Count => _rows.Count;

        public FittingTask this[int index] => function.Task(_rows[index], index);

        /// <summary>Checks a row and adds it.</summary>
        public void Add(ReadOnlySpan<double> numbers)
        {
            function.Task(numbers, _rows.Count);
            _rows.Add(numbers.ToArray());
        }

        public IEnumerator<FittingTask> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>The same columns, from fits of all rows that were made together.</summary>
/// <param name="function">Fits the rows.</param>
/// <param name="input">The table.</param>
internal sealed class FittedRows(FittingFunction function, IDataView input) : RowFunction
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<PolicyFit>? _fits;

    public override bool InOrder => true;

    public override IReadOnlyList<NumberColumns> Inputs => function.Inputs;

    public override IReadOnlyList<OutputColumn> Outputs => function.Outputs;

    public override RowComputation Open(DataViewRow row, bool[] active) =>
        new ResultComputation<FittedPolicy>(function.Results, row, result => result.Set(Fits()[(int)row.Position]));

    // Once, by the first cursor that reads a value; after an exception or a cancellation the next one tries again.
    private IReadOnlyList<PolicyFit> Fits()
    {
        if (_fits is { } done)
        {
            return done;
        }

        lock (_gate)
        {
            return _fits ??= function.FitRows(input);
        }
    }
}
