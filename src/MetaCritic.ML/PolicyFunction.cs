using MetaCritic.ML.Rows;
using MetaCritic.Models;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML;

/// <summary>Computes actions with a policy.</summary>
internal sealed class PolicyFunction : RowFunction
{
    public PolicyFunction(PolicyModel model, PolicyTransformer.Options options)
    {
        options.Validate();
        (Model, Options) = (model, options);
        State = new NumberColumns(
            nameof(options.StateColumnName), [options.StateColumnName], model.StateSize, FormattableString.Invariant($"the policy needs {model.StateSize} state components")).CheckNames();
        Inputs = [State];
        Outputs = [OutputColumn.Vector(options.ActionColumnName, model.ActionSize)];
    }

    public PolicyModel Model { get; }

    public PolicyTransformer.Options Options { get; }

    public NumberColumns State { get; }

    public override IReadOnlyList<NumberColumns> Inputs { get; }

    public override IReadOnlyList<OutputColumn> Outputs { get; }

    public override RowComputation Open(DataViewRow row, IReadOnlyList<bool> active) => new Computation(this, row);

    private sealed class Computation(PolicyFunction policy, DataViewRow row) : RowComputation
    {
        private readonly NumberColumns.Reader _reader = policy.State.Open(row);
        private readonly double[] _state = new double[policy.Model.StateSize];
        private readonly double[] _action = new double[policy.Model.ActionSize];

        public override Delegate Getter(int output) => (ValueGetter<VBuffer<float>>)Act;

        private void Act(ref VBuffer<float> value)
        {
            _reader.Read(_state);
            policy.Model.Act(_state, _action);
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _action.Length);
            for (int i = 0; i < _action.Length; i++)
            {
                editor.Values[i] = (float)_action[i];
            }

            value = editor.Commit();
        }
    }
}
