using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Scores rows with a critic.</summary>
internal sealed class CriticFunction : RowFunction
{
    private const int ScoreOutput = 0;

    public CriticFunction(CriticModel model, CriticTransformer.Options options)
    {
        options.Validate();
        (Model, Options) = (model, options);
        string system = model.Robot is null ? "the critic's system" : $"the robot \"{model.Robot.Name}\"";
        State = new NumberColumns(nameof(options.StateColumnName), [options.StateColumnName], model.StateSize, Invariant($"{system} has {model.StateSize} state components")).CheckNames();
        Action = new NumberColumns(nameof(options.ActionColumnName), [options.ActionColumnName], model.ActionSize, Invariant($"{system} has {model.ActionSize} action components")).CheckNames();
        Goal = GoalColumns(options.GoalColumnName, options.GoalColumns, model.PositionSize, Invariant($"{system} has {model.PositionSize} {(model.Robot is null ? "positions" : "joints")}"));
        Inputs = [State, Action, Goal];
        Outputs = options.ActionGradientColumnName is { } gradient
            ? [OutputColumn.Scalar<float>(options.ScoreColumnName, NumberDataViewType.Single), OutputColumn.Vector(gradient, model.ActionSize, JointNames(model))]
            : [OutputColumn.Scalar<float>(options.ScoreColumnName, NumberDataViewType.Single)];
    }

    public CriticModel Model { get; }

    public CriticTransformer.Options Options { get; }

    public NumberColumns State { get; }

    public NumberColumns Action { get; }

    public NumberColumns Goal { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>Length of the scratch memory for one row.</summary>
    public int NumberCount => Model.StateSize + (2 * Model.ActionSize) + Model.PositionSize;

    /// <summary>Columns for goals: scalar columns if any are named, else the vector column.</summary>
    public static NumberColumns GoalColumns(string vectorColumn, IReadOnlyList<string> scalarColumns, int size, string reason) =>
        scalarColumns.Count == 0
            ? new NumberColumns("GoalColumnName", [vectorColumn], size, reason).CheckNames()
            : new NumberColumns("GoalColumns", scalarColumns, size, reason).CheckNames();

    /// <summary>Names of the components of an action; null if the system has no names.</summary>
    public static string[]? JointNames(CriticModel model) => model.Robot is null ? null : [.. model.Robot.MovableJoints.Select(joint => joint.Name)];

    /// <summary>Divides the scratch memory. The gradient is empty if it is not asked for.</summary>
    public void Slice(Span<double> numbers, out Span<double> state, out Span<double> action, out Span<double> goal, out Span<double> gradient)
    {
        (int s, int a, int g) = (Model.StateSize, Model.ActionSize, Model.PositionSize);
        state = numbers[..s];
        action = numbers.Slice(s, a);
        goal = numbers.Slice(s + a, g);
        gradient = Options.ActionGradientColumnName is null ? [] : numbers.Slice(s + a + g, a);
    }

    public override bool InBlocks => true;

    public override BlockComputation OpenBlock(DataViewRow cursor, IReadOnlyList<bool> active) => new Block(this, cursor, gradients: active.Count > 1 && active[1]);

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active) => new Computation(this, row, active);

    private static void Copy(ReadOnlySpan<double> gradient, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, gradient.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            editor.Values[i] = (float)gradient[i];
        }

        value = editor.Commit();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // Many rows at once through the engine's batched score.
    private sealed class Block(CriticFunction critic, DataViewRow cursor, bool gradients) : BlockComputation
    {
        private const int Rows = 192;

        private readonly NumberColumns.Reader _state = critic.State.Open(cursor);
        private readonly NumberColumns.Reader _action = critic.Action.Open(cursor);
        private readonly NumberColumns.Reader _goal = critic.Goal.Open(cursor);
        private readonly double[] _states = new double[Rows * critic.Model.StateSize];
        private readonly double[] _actions = new double[Rows * critic.Model.ActionSize];
        private readonly double[] _goals = new double[Rows * critic.Model.PositionSize];
        private readonly float[] _scores = new float[Rows];
        private readonly double[] _gradients = gradients ? new double[Rows * critic.Model.ActionSize] : [];

        public override int Capacity => Rows;

        public override void Read(int index)
        {
            _state.Read(_states.AsSpan(index * critic.Model.StateSize, critic.Model.StateSize));
            _action.Read(_actions.AsSpan(index * critic.Model.ActionSize, critic.Model.ActionSize));
            _goal.Read(_goals.AsSpan(index * critic.Model.PositionSize, critic.Model.PositionSize));
        }

        public override void Compute(int count) => critic.Model.Score(
            _states.AsSpan(0, count * critic.Model.StateSize),
            _actions.AsSpan(0, count * critic.Model.ActionSize),
            _goals.AsSpan(0, count * critic.Model.PositionSize),
            _scores.AsSpan(0, count),
            gradients ? _gradients.AsSpan(0, count * critic.Model.ActionSize) : []);

        public override Delegate Getter(int output, Func<int> index) => output == ScoreOutput
            ? (ValueGetter<float>)((ref float value) => value = _scores[index()])
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(_gradients.AsSpan(index() * critic.Model.ActionSize, critic.Model.ActionSize), ref value));
    }

    private sealed class Computation(CriticFunction critic, DataViewRow row, IReadOnlyList<bool> active) : RowComputation
    {
        private readonly NumberColumns.Reader _state = critic.State.Open(row);
        private readonly NumberColumns.Reader _action = critic.Action.Open(row);
        private readonly NumberColumns.Reader _goal = critic.Goal.Open(row);
        private readonly double[] _numbers = new double[critic.NumberCount];
        private readonly bool _both = active.All(wanted => wanted) && active.Count > 1;
        private long _position = -1;
        private float _score;

        public override Delegate Getter(int output) => output == ScoreOutput ? (ValueGetter<float>)GetScore : (ValueGetter<VBuffer<float>>)GetGradient;

        private void GetScore(ref float value)
        {
            Compute(gradientToo: _both);
            value = _score;
        }

        private void GetGradient(ref VBuffer<float> value)
        {
            Compute(gradientToo: true);
            critic.Slice(_numbers, out _, out _, out _, out Span<double> gradient);
            Copy(gradient, ref value);
        }

        // Score and gradient come out of one evaluation: when both are wanted it serves both.
        private void Compute(bool gradientToo)
        {
            if (_both && _position == row.Position && row.Position >= 0)
            {
                return;
            }

            critic.Slice(_numbers, out Span<double> state, out Span<double> action, out Span<double> goal, out Span<double> gradient);
            _state.Read(state);
            _action.Read(action);
            _goal.Read(goal);
            _score = critic.Model.Score(state, action, goal, gradientToo ? gradient : []);
            _position = row.Position;
        }
    }
}
