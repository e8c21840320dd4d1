using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Dynamics.Recording;
using MetaCritic.Networks;

namespace MetaCritic.Export;

/// <summary>Learned dynamics: the next state s' = f(s, a). If they correct a robot, its own step is part of it.</summary>
internal sealed class DynamicsExport : IExportedModel
{
    // Compilers and ONNX Runtime take very long for more.
    private const int MostOperations = 100_000;

    private readonly LearnedDynamics _dynamics;
    private readonly RobotParts _parts;

    public DynamicsExport(LearnedDynamics dynamics, ExportOptions options)
    {
        _dynamics = dynamics;
        Prior = dynamics.Prior as RigidBodyDynamics;
        _parts = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, Prior?.OnlyRobot ?? options.Robot, Prior?.Options);
        Graph = Build();
    }

    public string Kind => "dynamics";

    public Graph Graph { get; }

    public RigidBodyDynamics? Prior { get; }

    public IEnumerable<ExportedFact> Facts()
    {
        IEnumerable<ExportedFact> facts = [.. _parts.Facts(), new("networks", (double)_dynamics.Parts.Members.Count), new("rows", (double)_dynamics.HeldOut.Rows)];
        return Prior is not null ? [.. facts, new("precision", "the robot's own step in double precision, the rest in single")]
            : _dynamics.Options.TimeStep is double step ? [.. facts, new("time_step", step)] : facts;
    }

    public double[][] Evaluate(IReadOnlyList<double[]> inputs)
    {
        double[] next = new double[_dynamics.StateSize];
        _dynamics.Step(0, 1, inputs[0], inputs[1], next);
        return [next];
    }

    private Graph Build()
    {
        LearnedParts parts = _dynamics.Parts;
        DynamicsFeatures features = parts.Features;
        (int s, int a, int p) = (features.StateSize, features.ActionSize, features.PositionSize);
        Graph graph = new(InRange(_parts.State, 0), InRange(_parts.Action, s));

        // The networks see (sin q₀, cos q₀, sin q₁ ...); here all sines stand before all cosines, and weights are put in that order.
        int[] order = [.. Enumerable.Range(0, features.Count)];
        string seen;
        if (features.Angles)
        {
            order = [.. Enumerable.Range(0, p).Select(i => 2 * i), .. Enumerable.Range(0, p).Select(i => (2 * i) + 1), .. Enumerable.Range(2 * p, features.Count - (2 * p))];
            string position = p == s ? "state" : graph.Slice("position", "state", 0, p);
            string sine = graph.Do(StepKind.Sine, "sine", [position]), cosine = graph.Do(StepKind.Cosine, "cosine", [position]);
            seen = p == s ? graph.Join("features", sine, cosine, "action") : graph.Join("features", sine, cosine, graph.Slice("velocity_seen", "state", p, s - p), "action");
        }
        else
        {
            seen = graph.Join("features", "state", "action");
        }

        string input = graph.Do(
            StepKind.Normalize,
            "normalized",
            [seen],
            graph.Doubles("feature_mean", [.. order.Select(i => parts.Input.Mean[i])]),
            graph.Doubles("feature_deviation", [.. order.Select(i => parts.Input.Scale[i])]));
        string sum = "";
        for (int m = 0; m < parts.Members.Count; m++)
        {
            string member = FormattableString.Invariant($"member_{m}_");
            string output = graph.Network(member, input, parts.Network, parts.Members[m].Span, member + "output", order);
            sum = m == 0 ? output : graph.Do(StepKind.Add, FormattableString.Invariant($"sum_{m}"), [sum, output]);
        }

        // Δ = mean + deviation · (mean of the networks)
        string scaled = graph.Do(StepKind.Scale, "scaled_change", [sum], graph.Singles("change_scale", parts.Output.Scale.Select(scale => scale / parts.Members.Count)));
        string change = graph.Do(StepKind.Offset, "change", [scaled], graph.Singles("change_mean", parts.Output.Mean));
        if (Prior is not null)
        {
            // s' = p(s, a) + Δ, or q̇' = q̇_p + Δ, q' = q_p + h·Δ
            ScalarProgram step = Prior.Record([.. Enumerable.Range(0, s).Select(i => Correction(i, s - p))]);
            if (step.Operations > MostOperations)
            {
                throw new InvalidInputException(
                    "The learned dynamics",
                    string.Create(CultureInfo.InvariantCulture, $"a step of the robot that they correct takes {step.Operations:N0} operations, and an export holds up to {MostOperations:N0}"),
                    "Lock the joints that do not matter, above all joints that follow others, and learn the correction of that robot");
            }

            graph.Program("next_state", step, "state", "action", change);
        }
        else if (_dynamics.Options.TimeStep is double h)
        {
            // q̇' = q̇ + Δ, q' = q + h·q̇'
            string velocity = graph.Do(StepKind.Add, "next_velocity", [graph.Slice("velocity", "state", p, s - p), change]);
            string moved = graph.Do(StepKind.Scale, "move", [velocity], graph.Singles("time_step", Enumerable.Repeat(h, s - p)));
            graph.Join("next_state", graph.Do(StepKind.Add, "next_position", [graph.Slice("position_before", "state", 0, p), moved]), velocity);
        }
        else
        {
            graph.Do(StepKind.Add, "next_state", ["state", change]);
        }

        graph.Return(_parts.NextState);
        return graph;
    }

    // What is added to a component of a prior's next state: with a time step Δ is of the velocities alone.
    private (int Number, double Factor) Correction(int component, int velocities) => _dynamics.Options.TimeStep is double h
        ? (component % velocities, component < velocities ? h : 1)
        : (component, 1);

    // Components usually lie where they lay in the transitions: within two standard deviations of their mean.
    private ExportedValue InRange(ExportedValue value, int firstComponent)
    {
        (DynamicsFeatures features, Normalization input) = (_dynamics.Parts.Features, _dynamics.Parts.Input);
        return value with
        {
            Components = [.. value.Components.Select((component, i) =>
            {
                int place = firstComponent + i;
                if (features.Angles && place < features.PositionSize)
                {
                    return component;
                }

                int feature = place + (features.Angles ? features.PositionSize : 0);
                return component with { Low = input.Mean[feature] - (2 * input.Scale[feature]), High = input.Mean[feature] + (2 * input.Scale[feature]) };
            })],
        };
    }
}
