using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>A critic: the score M_φ(s, a, g).</summary>
internal sealed class CriticExport : IExportedModel
{
    private readonly CriticModel _critic;
    private readonly NetworkInputs _inputs;
    private readonly RobotParts _parts;

    public CriticExport(CriticModel critic)
    {
        _critic = critic;
        _inputs = new(critic.StateSize, critic.ActionSize, critic.PositionSize, critic.Training);
        _parts = new(critic.StateSize, critic.ActionSize, critic.PositionSize, critic.Robot, critic.Dynamics);
        Graph = Build();
    }

    public string Kind => "critic";

    public Graph Graph { get; }

    private int S => _critic.StateSize;

    private int A => _critic.ActionSize;

    private int P => _critic.PositionSize;

    private MlpShape Shape => _critic.Network;

    private bool IsRelative => _critic.Training.CriticInput != Tasks.CriticInput.Raw;

    private bool SeesGoal => _critic.Training.CriticInput != Tasks.CriticInput.Relative;

    public IEnumerable<ExportedFact> Facts() => [.. _parts.Facts(), new("meta_iterations", (double)_critic.Iterations)];

    public double[][] Evaluate(IReadOnlyList<double[]> inputs) => [[_critic.Score(inputs[0], inputs[1], inputs[2])]];

    private Graph Build()
    {
        Graph graph = new(_parts.State, _parts.Action, _parts.Goal);
        string state = "state";
        if (IsRelative)
        {
            string error = graph.Do(StepKind.Subtract, "position_error", [P == S ? "state" : graph.Slice("position", "state", 0, P), "goal"]);
            state = P == S ? error : graph.Join("relative_state", error, graph.Slice("velocity", "state", P, S - P));
        }

        string joined = SeesGoal ? graph.Join("joined", state, "action", "goal") : graph.Join("joined", state, "action");
        double[] scale =
        [
            .. Enumerable.Range(0, S).Select(_inputs.Scale),
            .. Enumerable.Repeat(_inputs.ActionScale, A),
            .. Enumerable.Repeat(_inputs.PositionScale, SeesGoal ? P : 0),
        ];
        string input = graph.Do(StepKind.Scale, "scaled", [joined], graph.Singles("input_scale", scale));
        string value = graph.Network("", input, Shape, _critic.Parameters.Span, _inputs.IsCentred ? "value" : "score");
        if (_inputs.IsCentred)
        {
            // M = N − ⟨∂N/∂a (z₀), a⟩
            string action = graph.Slice("scaled_action", input, S, A);
            string product = _inputs.SharesCentre || (Shape.LayerCount == 1 && Shape.Output == Activation.Linear)
                ? graph.Do(StepKind.Scale, "centre_product", [action], graph.Singles("centre", Centre()))
                : graph.Do(StepKind.Multiply, "centre_product", [action, AddCentre(graph)]);
            graph.Do(StepKind.Subtract, "score", [value, graph.Sum("centre_sum", product)]);
        }

        graph.Return(new ExportedValue("score", [new("score", "")]));
        return graph;
    }

    // ∂N/∂a at rest at a goal without action, if it is the same for all goals.
    private unsafe float[] Centre()
    {
        MlpEvaluator evaluator = new(Shape, _critic.Parameters.Span);
        float[] row = new float[evaluator.InputWidth], gradient = new float[Shape.InputSize];
        fixed (float* at = row)
        {
            _inputs.WriteCentre(new double[P], at);
        }

        float value = 0;
        evaluator.Evaluate(row, new Span<float>(ref value), gradient);
        return gradient[S..(S + A)];
    }

    // The same as a function of the goal: the network forward at rest there, where all else in its input is 0, and back to the action.
    private string AddCentre(Graph graph)
    {
        int width = Shape.Sizes[1];
        float[] first = _critic.Parameters.Span.Slice(Shape.WeightOffset(0), Shape.InputSize * width).ToArray();
        float[] ofGoal = first[((S + A) * width)..];
        for (int k = 0; k < ofGoal.Length && !IsRelative; k++)
        {
            ofGoal[k] += first[k];
        }

        string at = graph.Do(StepKind.Scale, "centre_goal", ["goal"], graph.Singles("goal_scale", Enumerable.Repeat(_inputs.PositionScale, P)));
        at = graph.Dense("centre_layer_0", at, graph.Singles("centre_weights", ofGoal, P, width), "biases_0", Shape.ActivationOf(0));
        List<string> layers = [at];
        for (int l = 1; l < Shape.LayerCount; l++)
        {
            layers.Add(graph.Dense(Graph.Numbered("centre_", "layer", l), layers[^1], Graph.Numbered("", "weights", l), Graph.Numbered("", "biases", l), Shape.ActivationOf(l)));
        }

        // δ of the last layer is its slope, since there is one output; that of the layer before, w·δ ⊙ σ'.
        int last = Shape.LayerCount - 1;
        string back;
        if (Shape.ActivationOf(last) == Activation.Linear)
        {
            string weights = graph.Singles("output_weights", graph.ConstantOf(Graph.Numbered("", "weights", last)).Singles!);
            string slope = Slope(graph, last - 1, layers[last - 1]);
            back = graph.Do(StepKind.Scale, Graph.Numbered("centre_", "delta", last - 1), [slope], weights);
            last--;
        }
        else
        {
            back = Slope(graph, last, layers[last]);
        }

        for (int l = last; l > 0; l--)
        {
            back = graph.Transposed(Graph.Numbered("centre_", "back", l), back, Graph.Numbered("", "weights", l));
            if (Shape.ActivationOf(l - 1) != Activation.Linear)
            {
                back = graph.Do(StepKind.Multiply, Graph.Numbered("centre_", "delta", l - 1), [back, Slope(graph, l - 1, layers[l - 1])]);
            }
        }

        return graph.Transposed("centre", back, graph.Singles("action_weights", first[(S * width)..((S + A) * width)], A, width));
    }

    private string Slope(Graph graph, int layer, string output) => graph.Slope(Graph.Numbered("centre_", "slope", layer), output, Shape.ActivationOf(layer));
}
