using MetaCritic.Dynamics;
using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Predicts next states with learned dynamics.</summary>
internal sealed class DynamicsFunction : RowFunction
{
    public DynamicsFunction(LearnedDynamics model, DynamicsTransformer.Options options)
    {
        options.Validate();
        (Model, Options) = (model, options);
        State = Columns(nameof(options.StateColumns), options.StateColumnName, options.StateColumns, model.StateSize, FormattableString.Invariant($"the dynamics have {model.StateSize} state components"));
        Action = Columns(nameof(options.ActionColumns), options.ActionColumnName, options.ActionColumns, model.ActionSize, FormattableString.Invariant($"the dynamics have {model.ActionSize} action components"));
        Inputs = [State, Action];
        Outputs = OutputsOf(options, model.StateSize);
        if (options.ScoreColumns.Count > 0 && options.ScoreColumns.Count != model.StateSize)
        {
            throw new InvalidInputException(
                $"options.{nameof(options.ScoreColumns)}", FormattableString.Invariant($"{options.ScoreColumns.Count} columns are named, but a state has {model.StateSize} components"), "Name one per component, or none");
        }
    }

    public LearnedDynamics Model { get; }

    public DynamicsTransformer.Options Options { get; }

    public NumberColumns State { get; }

    public NumberColumns Action { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>The columns that are added: the vector, its components, the disagreement.</summary>
    public static IReadOnlyList<OutputColumn> OutputsOf(DynamicsTransformer.Options options, int stateSize)
    {
        List<OutputColumn> outputs =
        [
            OutputColumn.Vector(options.PredictedStateColumnName, stateSize),
            .. options.ScoreColumns.Select(name => OutputColumn.Scalar<float>(name, NumberDataViewType.Single)),
        ];
        if (options.DisagreementColumnName is { } disagreement)
        {
            outputs.Add(OutputColumn.Scalar<float>(disagreement, NumberDataViewType.Single));
        }

        return outputs;
    }

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active) => new Computation(this, row);

    private static NumberColumns Columns(string option, string vectorColumn, IReadOnlyList<string> scalarColumns, int size, string reason) => scalarColumns.Count == 0
        ? new NumberColumns(option[..^1] + "Name", [vectorColumn], size, reason).CheckNames()
        : new NumberColumns(option, scalarColumns, size, reason).CheckNames();

    private sealed class Computation(DynamicsFunction dynamics, DataViewRow row) : RowComputation
    {
        private readonly NumberColumns.Reader _stateReader = dynamics.State.Open(row);
        private readonly NumberColumns.Reader _actionReader = dynamics.Action.Open(row);
        private readonly double[] _state = new double[dynamics.Model.StateSize];
        private readonly double[] _action = new double[dynamics.Model.ActionSize];
        private readonly double[] _next = new double[dynamics.Model.StateSize];
        private readonly double[] _disagreement = new double[1];
        private long _position = -1;

        public override Delegate Getter(int output)
        {
            int component = output - 1;
            return output == 0 ? (ValueGetter<VBuffer<float>>)GetState
                : component < dynamics.Options.ScoreColumns.Count ? (ValueGetter<float>)((ref float value) =>
                {
                    Predict();
                    value = (float)_next[component];
                })
                : (ValueGetter<float>)GetDisagreement;
        }

        private void GetState(ref VBuffer<float> value)
        {
            Predict();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _next.Length);
            for (int i = 0; i < _next.Length; i++)
            {
                editor.Values[i] = (float)_next[i];
            }

            value = editor.Commit();
        }

        private void GetDisagreement(ref float value)
        {
            Read();
            dynamics.Model.Disagreement(1, _state, _action, _disagreement);
            value = (float)_disagreement[0];
        }

        // One prediction serves all components of a row.
        private void Predict()
        {
            if (_position != row.Position || row.Position < 0)
            {
                Read();
                dynamics.Model.Step(0, 1, _state, _action, _next);
                _position = row.Position;
            }
        }

        private void Read()
        {
            _stateReader.Read(_state);
            _actionReader.Read(_action);
        }
    }
}
