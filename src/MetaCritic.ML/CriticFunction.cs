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

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active) => new Computation(this, row, active);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

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
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, critic.Model.ActionSize);
            critic.Slice(_numbers, out _, out _, out _, out Span<double> gradient);
            for (int i = 0; i < gradient.Length; i++)
            {
                editor.Values[i] = (float)gradient[i];
            }

            value = editor.Commit();
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
