using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>The engine's dynamics in torch's graph, and dynamics written in torch in the engine.</summary>
[TestClass]
public sealed class DynamicsTests : TorchTests
{
    [TestMethod]
    public void The_engines_step_has_the_derivative_of_central_differences()
    {
        RigidBodyDynamics kuka = new(RobotModel.KukaIiwa7, TaskPreset.Kuka.Dynamics);
        EngineStep step = new(kuka);
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new(3);
        Tensor s = (rand([3, 14], ScalarType.Float64, generator: random) - 0.5).requires_grad_(true), a = (rand([3, 7], ScalarType.Float64, generator: random) - 0.5).requires_grad_(true);
        Tensor w = rand([3, 14], ScalarType.Float64, generator: random);
        (step.Step(s, a) * w).sum().backward();
        step.ThrowIfFailed();
        foreach ((Tensor x, bool state) in new[] { (s, true), (a, false) })
        {
            for (int i = 0; i < x.numel(); i++)
            {
                double numeric = (Value(1e-6) - Value(-1e-6)) / 2e-6, exact = Numbers.Of(x.grad!)[i];
                Assert.IsLessThan(1e-6, Math.Abs(numeric - exact) / (1 + Math.Abs(numeric)), $"{(state ? "state" : "action")} {i}");

                double Value(double h)
                {
                    using DisposeScope inner = NewDisposeScope();
                    using IDisposable quiet = no_grad();
                    double[] moved = Numbers.Of(x);
                    moved[i] += h;
                    Tensor y = tensor(moved).reshape(x.shape);
                    return (step.Step(state ? y : s, state ? a : y) * w).sum().item<double>();
                }
            }
        }
    }

    [TestMethod]
    public void A_step_written_in_torch_is_the_engines_to_the_last_digits()
    {
        TorchDynamics written = new(4, 2, 2, (x, u) => Systems.TwoLink(x, u, 0.05));
        RigidBodyDynamics engine = new(RobotModel.FromUrdf(Path.Combine(AppContext.BaseDirectory, "TestData", "robots", "two_link.urdf")), new() { TimeStep = 0.05 });
        Random random = new(2);
        double[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        double[] s = Draw(12), a = Draw(6), c = Draw(12), n1 = new double[12], n2 = new double[12], s1 = new double[12], s2 = new double[12], a1 = new double[6], a2 = new double[6];
        written.Step(0, 3, s, a, n1);
        engine.Step(0, 3, s, a, n2);
        written.StepVjp(0, 3, s, a, c, s1, a1);
        engine.StepVjp(0, 3, s, a, c, s2, a2);
        Assert.IsLessThan(1e-13, Numbers.RelativeError(n1, n2));
        Assert.IsLessThan(1e-13, Numbers.RelativeError(s1, s2));
        Assert.IsLessThan(1e-13, Numbers.RelativeError(a1, a2));
    }

    [TestMethod]
    public void The_engine_trains_through_them_to_the_same_bits_with_any_number_of_threads()
    {
        TorchDynamics written = new(4, 2, 2, (x, u) => Systems.TwoLink(x, u, 0.05));
        float[] one = Train(1), two = Train(2);
        CollectionAssert.AreEqual(one, two);

        float[] Train(int threads)
        {
            TrainingGoals goals = new() { Goals = [[0.5, 0.3], [-0.4, 0.8]] };
            using MetaTrainer trainer = new(written, goals, new() { Iterations = 5, Horizon = 15, PoliciesPerGoal = 2, Threads = threads, CriticHidden = [16], PolicyHidden = [8] });
            return trainer.Train().Parameters.ToArray();
        }
    }

    [TestMethod]
    public void A_module_serves_as_the_step()
    {
        using Drift module = new();
        TorchDynamics dynamics = new(2, 1, 1, module);
        double[] next = new double[2];
        dynamics.Step(0, 1, [1, 2], [3], next);
        CollectionAssert.AreEqual(new[] { 1.2, 2.3 }, next.Select(x => Math.Round(x, 12)).ToArray());
    }

    [TestMethod]
    public void What_does_not_depend_on_the_state_has_a_derivative_of_0()
    {
        TorchDynamics dynamics = new(2, 2, 1, (s, a) => a * 2);
        double[] states = new double[2], actions = new double[2];
        dynamics.StepVjp(0, 1, [1, 2], [3, 4], [5, 6], states, actions);
        CollectionAssert.AreEqual(new double[2], states);
        CollectionAssert.AreEqual(new[] { 10.0, 12.0 }, actions);
    }

    private sealed class Drift() : nn.Module<Tensor, Tensor, Tensor>(nameof(Drift))
    {
        public override Tensor forward(Tensor input1, Tensor input2) => cat([input1.narrow(1, 0, 1) + (0.1 * input1.narrow(1, 1, 1)), input1.narrow(1, 1, 1) + (0.1 * input2)], 1);
    }
}
