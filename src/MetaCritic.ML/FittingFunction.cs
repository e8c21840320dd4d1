using System.Collections;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Fits a policy for each row.</summary>
internal sealed class FittingFunction : RowFunction
{
    private readonly RobotModel? _robot;

    public FittingFunction(CriticModel critic, PolicyFittingEstimator.Options options)
    {
        options.Validate();
        (Critic, Options) = (critic, options);
        _robot = options.Robot ?? critic.Robot;
        OwnEnvironment = options.Environments is not null || options.EnvironmentMissing;
        if (_robot is null && !OwnEnvironment && critic.LearnedDynamics is null)
        {
            throw new InvalidInputException(
                $"options.{nameof(options.Robot)}", "value is null, and the critic was trained on dynamics of the user's own", "Give a robot, or give Environments");
        }

        if (_robot is null && options.DynamicsColumns.Count > 0)
        {
            throw new InvalidInputException(
                $"options.{nameof(options.DynamicsColumns)}", "there is no robot whose parameters the columns could change", "Give Robot too; each FittingTask then carries the changed robot");
        }

        PolicyLearnerOptions fitting = options.Fitting ?? (critic.Robot is null ? null : CriticTrainer.PresetOf(critic.Robot)?.Fitting) ?? new();
        Fitting = fitting with { Steps = options.NumberOfSteps ?? fitting.Steps };
        Fitting.Validate();
        Dynamics = options.Dynamics ?? critic.Dynamics ?? critic.LearnedDynamics?.PriorOptions ?? (_robot is null ? null : CriticTrainer.PresetOf(_robot)?.Dynamics);
        if (_robot is not null)
        {
            CheckRobot(_robot);
            Dynamics?.Validate(_robot.DegreesOfFreedom);
        }

        string system = _robot is null ? "the critic's system" : Invariant($"the robot \"{_robot.Name}\"");
        Goal = CriticFunction.GoalColumns(options.GoalColumnName, options.GoalColumns, critic.PositionSize, Invariant($"{system} has {critic.PositionSize} {(_robot is null ? "positions" : "joints")}"));
        Start = options.StartStateColumnName is { } start
            ? new NumberColumns(nameof(options.StartStateColumnName), [start], critic.StateSize, Invariant($"{system} has {critic.StateSize} state components")).CheckNames()
            : null;
        Parameters = [.. options.DynamicsColumns.Values];
        NumberColumns[] parameters = ColumnOptions.Parameters(options.DynamicsColumns, _robot);
        NumberColumns? seed = options.SeedColumnName is { } name ? new NumberColumns(nameof(options.SeedColumnName), [name], 1, "a seed is one number") : null;
        Extras = [.. new[] { Start }.Concat(parameters).Append(seed).OfType<NumberColumns>()];
        Inputs = [Goal, .. Extras];
        string[]? joints = CriticFunction.JointNames(critic);
        Outputs =
        [
            OutputColumn.Vector(options.PolicyColumnName, PolicyShape(critic).ParameterCount),
            OutputColumn.Vector(options.FinalStateColumnName, critic.StateSize, joints is null ? null : [.. joints, .. joints.Select(joint => joint + " velocity")]),
            OutputColumn.Scalar<float>(options.ScoreColumnName, NumberDataViewType.Single),
            OutputColumn.Scalar<float>(options.LabelColumnName, NumberDataViewType.Single),
            OutputColumn.Vector(options.LearningCurveColumnName, 0),
            OutputColumn.Scalar<int>(options.StepsColumnName, NumberDataViewType.Int32),
            OutputColumn.Scalar<bool>(options.ConvergedColumnName, BooleanDataViewType.Instance),
        ];
    }

    public CriticModel Critic { get; }

    public PolicyFittingEstimator.Options Options { get; }

    public PolicyLearnerOptions Fitting { get; }

    public RigidBodyOptions? Dynamics { get; }

    public bool OwnEnvironment { get; }

    public NumberColumns Goal { get; }

    /// <summary>The optional columns: start state, robot parameters, seed.</summary>
    public NumberColumns[] Extras { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<OutputColumn> Outputs { get; }

    private NumberColumns? Start { get; }

    private string[] Parameters { get; }

    /// <summary>The network that policies of this critic have.</summary>
    public static Networks.MlpShape PolicyShape(CriticModel critic) =>
        new([critic.StateSize, .. critic.Training.PolicyHidden, critic.ActionSize], critic.Training.PolicyActivation);

    public override RowFunction For(IDataView input) => new FittedRows(this, input);

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active)
    {
        TaskReader reader = new(this, row);
        PolicyFit? last = null;
        long position = -1;
        return new FitGetters(() =>
        {
            if (last is null || position != row.Position)
            {
                last = Fit([reader.Read()], null, Options.CancellationToken)[0];
                position = row.Position;
            }

            return last;
        });
    }

    /// <summary>Fits all rows of a table together, after all have been read and checked.</summary>
    public IReadOnlyList<PolicyFit> FitRows(IDataView input)
    {
        RowTasks tasks = new(this);
        using (DataViewRowCursor cursor = input.GetRowCursor(Inputs.SelectMany(columns => columns.Find(input.Schema))))
        {
            TaskReader reader = new(this, cursor);
            while (cursor.MoveNext())
            {
                reader.Read();
                tasks.Add(reader.Numbers);
            }
        }

        return tasks.Count == 0 ? [] : Fit(tasks, Options.Progress, Options.CancellationToken);
    }

    public IReadOnlyList<PolicyFit> Fit(IReadOnlyList<FittingTask> tasks, IProgress<FittingProgress>? progress, CancellationToken cancellation)
    {
        using PolicyLearner learner = new(Critic, Fitting);
        return learner.Fit(tasks, OwnEnvironment ? Environments() : Simulate, progress, cancellation);
    }

    /// <summary>What a row asks for.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="extras">The numbers of <see cref="Extras"/>, in their order.</param>
    /// <param name="row">What errors call the row.</param>
    public FittingTask Task(ReadOnlySpan<double> goal, ReadOnlySpan<double> extras, string row)
    {
        Finite(goal, Goal, row);
        double[]? start = null;
        if (Start is not null)
        {
            start = extras[..Start.Size].ToArray();
            Finite(start, Start, row);
            extras = extras[Start.Size..];
        }

        RobotModel? robot = _robot;
        if (Parameters.Length > 0)
        {
            robot = Changed(_robot!, Parameters, extras[..Parameters.Length].ToArray(), row);
            extras = extras[Parameters.Length..];
        }

        ulong seed = Options.Seed;
        if (!extras.IsEmpty)
        {
            double given = extras[0];
            if (!(given >= 0 && given <= PolicyFittingEstimator.LargestSeedInColumn) || given != Math.Floor(given))
            {
                throw new InvalidInputException(
                    Invariant($"Column \"{Options.SeedColumnName}\", {row}"), Invariant($"the seed is {given}"), Invariant($"Give a whole number from 0 to {PolicyFittingEstimator.LargestSeedInColumn}"));
            }

            seed = (ulong)given;
        }

        return new() { Goal = goal.ToArray(), StartState = start, Robot = robot, Seed = seed };
    }

    private static void Finite(ReadOnlySpan<double> values, NumberColumns columns, string row)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new InvalidInputException(
                    $"Column \"{string.Join(", ", columns.Names)}\", {row}", Invariant($"it contains {value}"), "Give finite numbers; FilterRowsByMissingValues drops rows without");
            }
        }
    }

    /// <summary>A robot with parameters changed.</summary>
    /// <exception cref="InvalidInputException">A value is out of its range; the message names the row.</exception>
    private static RobotModel Changed(RobotModel robot, string[] names, double[] values, string row)
    {
        try
        {
            return robot.With(names.Zip(values, KeyValuePair.Create));
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{row}: {e.Message}", e);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void CheckRobot(RobotModel robot)
    {
        int n = robot.DegreesOfFreedom;
        if (n != Critic.PositionSize || 2 * n != Critic.StateSize || n != Critic.ActionSize)
        {
            throw new InvalidInputException(
                $"options.{nameof(Options.Robot)}",
                Invariant($"the robot \"{robot.Name}\" has {n} joints; the critic was trained on {Critic.PositionSize} positions, {Critic.StateSize} state and {Critic.ActionSize} action components"),
                "Give a robot that the critic fits");
        }
    }

    private Func<IReadOnlyList<FittingTask>, IEnvironment> Environments() => Options.Environments ?? throw new InvalidInputException(
        $"options.{nameof(Options.Environments)}",
        "the policies are fitted in an environment of the user's own, which a model file cannot hold",
        "Give it to PolicyFittingTransformer.From");

    // Where there is no robot, there are learned dynamics.
    private IEnvironment Simulate(IReadOnlyList<FittingTask> tasks)
    {
        IReadOnlyList<double>?[] starts = [.. tasks.Select(task => task.StartState)];
        return _robot is null ? new DynamicsEnvironment(Critic.LearnedDynamics!, tasks.Count, starts) : new SimulatedRobot([.. tasks.Select(task => task.Robot!)], Dynamics, starts);
    }

    // The tasks of a table's rows, made when their block's turn comes: a changed robot per row would take as much memory as the
    // policies do.
    private sealed class RowTasks(FittingFunction function) : IReadOnlyList<FittingTask>
    {
        private readonly List<(double[] Goal, double[] Extras)> _rows = [];

        public int Count => _rows.Count;

        public FittingTask this[int index] => function.Task(_rows[index].Goal, _rows[index].Extras, Invariant($"row {index + 1}"));

        public void Add((double[] Goal, double[] Extras) row) => _rows.Add(row);

        public IEnumerator<FittingTask> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // Reads what the rows of a cursor ask for.
    private sealed class TaskReader
    {
        private readonly FittingFunction _function;
        private readonly DataViewRow _row;
        private readonly NumberColumns.Reader _goal;
        private readonly NumberColumns.Reader[] _extras;
        private readonly double[] _goalNumbers;
        private readonly double[] _extraNumbers;

        public TaskReader(FittingFunction function, DataViewRow row)
        {
            (_function, _row) = (function, row);
            _goal = function.Goal.Open(row);
            _extras = [.. function.Extras.Select(columns => columns.Open(row))];
            _goalNumbers = new double[function.Goal.Size];
            _extraNumbers = new double[function.Extras.Sum(columns => columns.Size)];
        }

        /// <summary>The numbers of the row read last: a copy.</summary>
        public (double[] Goal, double[] Extras) Numbers => ([.. _goalNumbers], [.. _extraNumbers]);

        public FittingTask Read()
        {
            _goal.Read(_goalNumbers);
            int first = 0;
            for (int i = 0; i < _extras.Length; i++)
            {
                int size = _function.Extras[i].Size;
                _extras[i].Read(_extraNumbers.AsSpan(first, size));
                first += size;
            }

            return _function.Task(_goalNumbers, _extraNumbers, Invariant($"row {_row.Position + 1}"));
        }
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

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active) => new FitGetters(() => Fits()[(int)row.Position]);

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

/// <summary>The outputs of <see cref="FittingFunction"/>, in the order of its columns.</summary>
/// <param name="current">The fit of the present row.</param>
internal sealed class FitGetters(Func<PolicyFit> current) : RowComputation
{
    public override Delegate Getter(int output) => output switch
    {
        0 => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = Vector(Policy(current()))),
        1 => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = Vector(Floats(current().FinalState))),
        2 => (ValueGetter<float>)((ref float value) => value = (float)current().Error),
        3 => (ValueGetter<float>)((ref float value) => value = 0),
        4 => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = Vector(Floats(current().LearningCurve))),
        5 => (ValueGetter<int>)((ref int value) => value = current().Steps),
        _ => (ValueGetter<bool>)((ref bool value) => value = current().Converged),
    };

    public static float[] Policy(PolicyFit fit) => fit.Policy.Parameters.ToArray();

    public static float[] Floats(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static VBuffer<float> Vector(float[] values) => new(values.Length, values);
}
