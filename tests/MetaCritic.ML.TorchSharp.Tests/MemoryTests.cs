using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Memory stays flat: no tensor outlives its meta-iteration but those of the training itself.</summary>
[TestClass]
[DoNotParallelize] // tensors are counted in the whole process
public sealed class MemoryTests : TorchTests
{
    [TestMethod]
    public void No_tensor_is_left_by_meta_iterations_updates_and_steps()
    {
        MetaTrainingOptions options = new() { Iterations = 100, Horizon = 5, PoliciesPerGoal = 1, PolicyLifetime = 3, CriticHidden = [8], PolicyHidden = [4] };
        TorchNetworks networks = new() { Policy = (states, actions) => new ResidualPolicy(states, actions, 4) };
        using TorchMetaTrainer batched = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, options);
        using TorchMetaTrainer single = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5]] }, options with { CriticForm = CriticForm.Centred, InnerSteps = 2 }, networks);
        using TorchCriticModel critic = batched.CreateCritic();
        using TorchPolicyLearner learner = new(critic, new() { Steps = 3 });
        TorchDynamics dynamics = new(4, 2, 2, (s, a) => Systems.TwoLink(s, a, 0.05));
        double[] state = new double[4], action = new double[2];
        // TorchSharp's own count stays higher by this for each parameter of a module that was made and disposed of.
        long counted = Tensor.TotalCount;
        nn.Linear(2, 2).Dispose();
        long each = (Tensor.TotalCount - counted) / 2;
        foreach ((string name, int parameters, Action work) in new (string, int, Action)[]
        {
            ("meta-iteration", 0, () => batched.Step()),
            ("meta-iteration, policies one by one", 0, () => single.Step()),
            ("fit", 4, () => learner.Fit([new() { Goal = [0.5, 0.5] }])[0].Policy.Dispose()),
            ("step of dynamics", 0, () => dynamics.StepVjp(0, 1, [1, 2, 3, 4], [5, 6], [1, 1, 1, 1], state, action)),
            ("score", 0, () => critic.Score([1, 2, 3, 4], [5, 6], [7, 8], new float[1], action)),
            ("critic", 4, () => batched.CreateCritic().Dispose()),
        })
        {
            work();
            long before = Tensor.TotalCount;
            work();
            work();
            Assert.AreEqual(before + (2 * parameters * each), Tensor.TotalCount, name);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Over_2000_meta_iterations_the_process_does_not_grow()
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 2000, Horizon = 10, PoliciesPerGoal = 1, CriticHidden = [64, 64], PolicyHidden = [16] };
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5], [-0.5, 0.5]] }, options);
        long after200 = 0;
        for (int i = 1; i <= 2000; i++)
        {
            trainer.Step();
            after200 = i == 200 ? Environment.WorkingSet : after200;
        }

        Assert.IsLessThan(32L << 20, Environment.WorkingSet - after200);
    }
}
