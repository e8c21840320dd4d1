using MetaCritic.Dynamics;
using MetaCritic.Models;

namespace MetaCritic.Export;

/// <summary>A policy: a = π_θ(s), and on request the torques that follow from a.</summary>
internal sealed class PolicyExport : IExportedModel
{
    private readonly PolicyModel _policy;
    private readonly RobotParts _parts;
    private readonly bool _torques;

    public PolicyExport(PolicyModel policy, ExportOptions options)
    {
        _policy = policy;
        _torques = options.Torques;
        _parts = new(policy.StateSize, policy.ActionSize, policy.PositionSize, options.Robot, options.Dynamics);
        Graph = Build();
    }

    public string Kind => "policy";

    public Graph Graph { get; }

    public IEnumerable<ExportedFact> Facts() => [.. _parts.Facts(), new("goal", _policy.Goal.ToArray())];

    public double[][] Evaluate(IReadOnlyList<double[]> inputs)
    {
        double[] action = new double[_policy.ActionSize];
        _policy.Act(inputs[0], action);
        if (!_torques)
        {
            return [action];
        }

        double[] torque = new double[action.Length];
        for (int i = 0; i < torque.Length; i++)
        {
            double k = _parts.TorqueScale[i];
            double gain = _parts.SpeedScale.Length > 0 ? k / _parts.SpeedScale[i] : 0;
            double limit = _parts.TorqueLimits.Length > 0 ? _parts.TorqueLimits[i] : double.PositiveInfinity;
            torque[i] = Math.Clamp((k * action[i]) - (gain * inputs[0][_policy.PositionSize + i]), -limit, limit);
        }

        return [action, torque];
    }

    private Graph Build()
    {
        Graph graph = new(_parts.State);
        string scale = graph.Singles("input_scale", Enumerable.Range(0, _policy.StateSize).Select(i => i < _policy.PositionSize ? _policy.PositionScale : _policy.VelocityScale));
        string input = graph.Do(StepKind.Scale, "scaled", ["state"], scale);
        bool limited = _policy.ActionLimit > 0;
        string output = graph.Network("", input, _policy.Network, _policy.Parameters.Span, limited ? "fraction" : "action");
        if (limited)
        {
            graph.Do(StepKind.Scale, "action", [output], graph.Singles("action_limit", Enumerable.Repeat(_policy.ActionLimit, _policy.ActionSize)));
        }

        graph.Return(RobotParts.AsOutput(_parts.Action));
        if (_torques)
        {
            AddTorques(graph);
        }

        return graph;
    }

    // τ = k·a − (k/v)·q̇, clamped.
    private void AddTorques(Graph graph)
    {
        double[] speeds = _parts.SpeedScale, limits = _parts.TorqueLimits;
        bool limited = limits.Any(double.IsFinite);
        string drive = graph.Do(StepKind.Scale, speeds.Length > 0 ? "drive" : limited ? "demand" : "torque", ["action"], graph.Singles("torque_scale", _parts.TorqueScale));
        if (speeds.Length > 0)
        {
            string gains = graph.Singles("speed_gain", _parts.TorqueScale.Zip(speeds, (k, v) => k / v));
            string velocity = graph.Slice("velocity", "state", _policy.PositionSize, _policy.ActionSize);
            drive = graph.Do(StepKind.Subtract, limited ? "demand" : "torque", [drive, graph.Do(StepKind.Scale, "back_drive", [velocity], gains)]);
        }

        if (limited)
        {
            graph.Do(StepKind.Clamp, "torque", [drive], graph.Singles("torque_limit", limits));
        }

        graph.Return(_parts.Torque);
    }
}
