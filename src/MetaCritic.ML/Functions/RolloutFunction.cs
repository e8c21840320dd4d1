using System.Text.Json.Serialization;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>How policies are rolled out, as it is saved with the critic.</summary>
/// <param name="Policy">Column of the policies' parameters.</param>
/// <param name="Goal">Vector column of the goals.</param>
/// <param name="Goals">Scalar columns of the goals; none for the vector column.</param>
/// <param name="Start">Column of start states; null for none.</param>
/// <param name="Parameters">Pairs of a column and the robot's parameter in it.</param>
/// <param name="Outputs">Names of the columns that are added, in the order of <see cref="OutputOptions"/>.</param>
/// <param name="Steps">Control steps.</param>
/// <param name="Dynamics">How the robot is stepped; null for the critic's own.</param>
/// <param name="Robot">The robot; null for the critic's own.</param>
internal sealed record RolloutSettings(
    string Policy,
    string Goal,
    string[] Goals,
    string? Start,
    string[][] Parameters,
    string[] Outputs,
    int Steps,
    RigidBodyOptions? Dynamics,
    [property: JsonConverter(typeof(RobotText))] RobotModel? Robot)
{
    /// <summary>What errors call settings that were loaded.</summary>
    public const string Source = "saved roll-out";

    /// <summary>The options that name <see cref="Outputs"/>.</summary>
    public static IReadOnlyList<string> OutputOptions { get; } =
        ["TimeColumnName", "PositionsColumnName", "VelocitiesColumnName", "TorquesColumnName", "EndEffectorColumnName", "ErrorsColumnName"];

    public void Validate()
    {
        ColumnOptions.Name(Policy, "PolicyColumnName");
        ColumnOptions.Name(Goal, "GoalColumnName");
        ColumnOptions.Names(Goals, "GoalColumns");
        ColumnOptions.OptionalName(Start, "StartStateColumnName");
        ColumnOptions.Names(Parameters.Select(pair => pair[0]), "DynamicsColumns");
        (string Option, string? Name)[] outputs = [.. OutputOptions.Zip(Outputs, (option, name) => (option, (string?)name))];
        foreach ((string option, string? name) in outputs)
        {
            ColumnOptions.Name(name, option);
        }

        ColumnOptions.Distinct(outputs);
    }
}

/// <summary>A trajectory as the values of a row. The names of the columns stand in saved models: they stay.</summary>
internal sealed class TrajectoryResult
{
    public const string TimeColumn = "MetaCritic.Time";
    public const string PositionsColumn = "MetaCritic.Positions";
    public const string VelocitiesColumn = "MetaCritic.Velocities";
    public const string TorquesColumn = "MetaCritic.Torques";
    public const string EndEffectorColumn = "MetaCritic.EndEffector";
    public const string ErrorsColumn = "MetaCritic.Errors";

    [ColumnName(TimeColumn)]
    public VBuffer<float> Time { get; set; }

    [ColumnName(PositionsColumn)]
    public VBuffer<float> Positions { get; set; }

    [ColumnName(VelocitiesColumn)]
    public VBuffer<float> Velocities { get; set; }

    [ColumnName(TorquesColumn)]
    public VBuffer<float> Torques { get; set; }

    [ColumnName(EndEffectorColumn)]
    public VBuffer<float> EndEffector { get; set; }

    [ColumnName(ErrorsColumn)]
    public VBuffer<float> Errors { get; set; }

    public void Set(Rollout rollout)
    {
        int n = rollout.Robot!.DegreesOfFreedom;
        Time = Vectors.Of([.. rollout.States.Select((_, t) => t * rollout.TimeStep)], Time);
        Positions = Vectors.Of([.. rollout.States.SelectMany(state => state[..n])], Positions);
        Velocities = Vectors.Of([.. rollout.States.SelectMany(state => state[n..])], Velocities);
        Torques = Vectors.Of([.. rollout.Torques.SelectMany(torque => torque)], Torques);
        EndEffector = Vectors.Of([.. rollout.EndEffectorPositions.SelectMany(p => new[] { p.X, p.Y, p.Z })], EndEffector);
        Errors = Vectors.Of([.. rollout.Errors], Errors);
    }
}

/// <summary>Rolls the policy of each row out.</summary>
internal sealed class RolloutFunction : ResultFunction<TrajectoryResult>
{
    private readonly RobotModel _robot;
    private readonly RigidBodyOptions? _dynamics;
    private readonly NumberColumns _policy;
    private readonly NumberColumns _goal;
    private readonly NumberColumns? _start;
    private readonly string[] _parameters;

    public RolloutFunction(CriticModel critic, RolloutSettings settings)
    {
        settings.Validate();
        (Critic, Settings) = (critic, settings);
        _robot = settings.Robot ?? critic.Robot ?? throw new InvalidInputException(
            "options.Robot", "value is null, and the critic was not trained on a robot", "Give the robot that the policies are for");
        FittingFunction.CheckRobot(_robot, critic, "Robot");
        _dynamics = settings.Dynamics ?? critic.Dynamics ?? critic.LearnedDynamics?.PriorOptions ?? TaskPreset.BuiltIn(_robot)?.Dynamics;
        _dynamics?.Validate(_robot.DegreesOfFreedom);
        if (settings.Steps is < 1 or > Rollout.StepLimit)
        {
            throw new InvalidInputException("options.NumberOfSteps", FormattableString.Invariant($"value is {settings.Steps}"), FormattableString.Invariant($"Give a number from 1 to {Rollout.StepLimit}"));
        }

        int parameters = critic.PolicyNetwork.ParameterCount;
        string system = FormattableString.Invariant($"the robot \"{_robot.Name}\" has {_robot.DegreesOfFreedom} joints");
        _policy = NumberColumns.Of("Policy", settings.Policy, [], parameters, FormattableString.Invariant($"a policy of the critic has {parameters} parameters"));
        _goal = NumberColumns.Of("Goal", settings.Goal, settings.Goals, critic.PositionSize, system);
        _start = settings.Start is { } start ? NumberColumns.Of("StartState", start, [], critic.StateSize, system) : null;
        _parameters = [.. settings.Parameters.Select(pair => pair[1])];
        Extras = [_goal, .. new[] { _start }.OfType<NumberColumns>(), .. ColumnOptions.Parameters(settings.Parameters.Select(pair => KeyValuePair.Create(pair[0], pair[1])), _robot)];
        Inputs = [_policy, .. Extras];
        Results =
        [
            Vector(0, TrajectoryResult.TimeColumn, result => result.Time),
            Vector(1, TrajectoryResult.PositionsColumn, result => result.Positions),
            Vector(2, TrajectoryResult.VelocitiesColumn, result => result.Velocities),
            Vector(3, TrajectoryResult.TorquesColumn, result => result.Torques),
            Vector(4, TrajectoryResult.EndEffectorColumn, result => result.EndEffector),
            Vector(5, TrajectoryResult.ErrorsColumn, result => result.Errors),
        ];

        ResultColumn<TrajectoryResult> Vector(int output, string saved, Func<TrajectoryResult, VBuffer<float>> value) =>
            ResultColumn<TrajectoryResult>.Vector(settings.Outputs[output], 0, null, saved, value);
    }

    public CriticModel Critic { get; }

    public RolloutSettings Settings { get; }

    /// <summary>All columns but the policy's: goal, start state, robot parameters.</summary>
    public NumberColumns[] Extras { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<ResultColumn<TrajectoryResult>> Results { get; }

    /// <summary>The roll-out of a row. The numbers are those of the inputs, in their order.</summary>
    public Rollout Roll(ReadOnlySpan<double> numbers, long position, CancellationToken cancellation = default)
    {
        string row = position < 0 ? "a row" : FormattableString.Invariant($"row {position + 1}");
        double[] parameters = Take(ref numbers, _policy), goal = Take(ref numbers, _goal);
        double[]? start = _start is null ? null : Take(ref numbers, _start);
        RobotModel robot = _robot;
        if (_parameters.Length > 0)
        {
            double[] values = numbers[.._parameters.Length].ToArray();
            robot = InvalidInputException.At(row, () => _robot.With(_parameters.Zip(values, KeyValuePair.Create)));
        }

        PolicyModel policy = Critic.CreatePolicy(Array.ConvertAll(parameters, value => (float)value), goal);
        return InvalidInputException.At(row, () => Rollout.Of(policy, robot, Settings.Steps, _dynamics, start, cancellation));

        double[] Take(ref ReadOnlySpan<double> numbers, NumberColumns columns)
        {
            double[] taken = numbers[..columns.Size].ToArray();
            columns.CheckFinite(taken, row);
            numbers = numbers[columns.Size..];
            return taken;
        }
    }

    public override void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, TrajectoryResult result) => result.Set(Roll(numbers, row));
}
