using BenchmarkDotNet.Attributes;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Benchmarks;

/// <summary>One step of the Kuka iiwa 7 for several roll-outs, without and with the vector-Jacobian product.</summary>
public class DynamicsBenchmarks
{
    private readonly RigidBodyDynamics _dynamics = new(RobotModel.KukaIiwa7, new() { TimeStep = 0.01 });
    private double[] _states = [];
    private double[] _actions = [];
    private double[] _next = [];
    private double[] _cotangents = [];
    private double[] _actionCotangents = [];

    /// <summary>Roll-outs in lockstep.</summary>
    [Params(1, 4, 8, 64)]
    public int Rollouts { get; set; }

    /// <summary>Random states and actions.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        double[] Values(int size) => [.. Enumerable.Range(0, size * Rollouts).Select(_ => (2 * random.NextDouble()) - 1)];
        _states = Values(14);
        _actions = Values(7);
        _next = Values(14);
        _cotangents = Values(14);
        _actionCotangents = Values(7);
    }

    /// <summary>s' = f(s, a).</summary>
    [Benchmark]
    public void Forward() => _dynamics.Step(0, Rollouts, _states, _actions, _next);

    /// <summary>The same, and its vector-Jacobian product.</summary>
    [Benchmark]
    public void ForwardAndVectorJacobianProduct()
    {
        _dynamics.Step(0, Rollouts, _states, _actions, _next);
        _dynamics.StepVjp(0, Rollouts, _states, _actions, _states, _cotangents, _actionCotangents);
    }
}
