using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Functions;

/// <summary>Names of the columns of a critic; saved with it.</summary>
internal sealed record CriticColumns(string State, string Action, string Goal, string[] Goals, string Score, string? ActionGradient)
{
    public void Validate()
    {
        ColumnOptions.Name(Score, "ScoreColumnName");
        ColumnOptions.OptionalName(ActionGradient, "ActionGradientColumnName");
        ColumnOptions.Name(State, "StateColumnName");
        ColumnOptions.Name(Action, "ActionColumnName");
        ColumnOptions.Name(Goal, "GoalColumnName");
        ColumnOptions.Names(Goals, "GoalColumns");
        ColumnOptions.Distinct(("ScoreColumnName", Score), ("ActionGradientColumnName", ActionGradient));
    }
}

/// <summary>What a critic says of a row. The names of the columns stand in saved models: they stay.</summary>
internal sealed class CriticResult
{
    public const string ScoreColumn = "MetaCritic.Score";
    public const string ActionGradientColumn = "MetaCritic.ActionGradient";

    [ColumnName(ScoreColumn)]
    public float Score { get; set; }

    [ColumnName(ActionGradientColumn)]
    public VBuffer<float> ActionGradient { get; set; }
}

/// <summary>Scores rows with a critic.</summary>
internal class CriticFunction : ResultFunction<CriticResult>
{
    private const int ScoreResult = 0;
    private const int GradientResult = 1;

    public CriticFunction(CriticModel model, CriticColumns columns)
    {
        columns.Validate();
        (Model, Columns) = (model, columns);
        string system = model.Robot is null ? "the critic's system" : $"the robot \"{model.Robot.Name}\"";
        Inputs =
        [
            NumberColumns.Of("State", columns.State, [], model.StateSize, Invariant($"{system} has {model.StateSize} state components")),
            NumberColumns.Of("Action", columns.Action, [], model.ActionSize, Invariant($"{system} has {model.ActionSize} action components")),
            NumberColumns.Of("Goal", columns.Goal, columns.Goals, model.PositionSize, Invariant($"{system} has {model.PositionSize} {(model.Robot is null ? "positions" : "joints")}")),
        ];
        Results = ResultsOf(columns, model.ActionSize, model.Robot);
    }

    public CriticModel Model { get; }

    public CriticColumns Columns { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<ResultColumn<CriticResult>> Results { get; }

    public override bool InBlocks => true;

    /// <summary>The columns that a critic adds.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="actionSize">Components of an action.</param>
    /// <param name="robot">The robot whose joints the components belong to; null if there is none.</param>
    public static IReadOnlyList<ResultColumn<CriticResult>> ResultsOf(CriticColumns columns, int actionSize, RobotModel? robot)
    {
        ResultColumn<CriticResult> score = ResultColumn<CriticResult>.Scalar(columns.Score, NumberDataViewType.Single, CriticResult.ScoreColumn, result => result.Score);
        return columns.ActionGradient is { } gradient
            ? [score, ResultColumn<CriticResult>.Vector(gradient, actionSize, robot?.JointNames(), CriticResult.ActionGradientColumn, result => result.ActionGradient)]
            : [score];
    }

    // Score and gradient come out of one evaluation.
    public override void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, CriticResult result)
    {
        (int s, int a) = (Model.StateSize, Model.ActionSize);
        Span<double> gradient = !WantsGradient(wanted) ? [] : a <= 64 ? stackalloc double[a] : new double[a];
        result.Score = Score(numbers[..s], numbers.Slice(s, a), numbers[(s + a)..], gradient);
        if (!gradient.IsEmpty)
        {
            result.ActionGradient = Vectors.Of(gradient, result.ActionGradient);
        }
    }

    public override BlockComputation OpenBlock(DataViewRow cursor, bool[] active) => new Block(this, cursor, WantsGradient(active));

    /// <summary>The value of a row, and on request its gradient with respect to the action.</summary>
    protected virtual float Score(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> goal, Span<double> actionGradient) =>
        Model.Score(state, action, goal, actionGradient);

    /// <summary>The same for several rows.</summary>
    protected virtual void Score(ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> goals, Span<float> scores, Span<double> actionGradients) =>
        Model.Score(states, actions, goals, scores, actionGradients);

    private static bool WantsGradient(ReadOnlySpan<bool> wanted) => wanted.Length > GradientResult && wanted[GradientResult];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // Many rows at once through the engine's batched score.
    private sealed class Block(CriticFunction critic, DataViewRow cursor, bool gradients) : BlockComputation
    {
        private const int Rows = 192;

        private readonly NumberColumns.Reader[] _readers = [.. critic.Inputs.Select(columns => columns.Open(cursor))];
        private readonly double[][] _numbers = [.. critic.Inputs.Select(columns => new double[Rows * columns.Size])];
        private readonly float[] _scores = new float[Rows];
        private readonly double[] _gradients = gradients ? new double[Rows * critic.Model.ActionSize] : [];

        public override int Capacity => Rows;

        public override void Read(int index)
        {
            for (int i = 0; i < _readers.Length; i++)
            {
                int size = critic.Inputs[i].Size;
                _readers[i].Read(_numbers[i].AsSpan(index * size, size));
            }
        }

        public override void Compute(int count) => critic.Score(
            _numbers[0].AsSpan(0, count * critic.Model.StateSize),
            _numbers[1].AsSpan(0, count * critic.Model.ActionSize),
            _numbers[2].AsSpan(0, count * critic.Model.PositionSize),
            _scores.AsSpan(0, count),
            gradients ? _gradients.AsSpan(0, count * critic.Model.ActionSize) : []);

        public override Delegate Getter(int output, Func<int> index) => output == ScoreResult
            ? (ValueGetter<float>)((ref float value) => value = _scores[index()])
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = Vectors.Of(_gradients.AsSpan(index() * critic.Model.ActionSize, critic.Model.ActionSize), value));
    }
}
