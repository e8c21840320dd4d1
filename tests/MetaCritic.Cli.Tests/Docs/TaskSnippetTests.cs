using MetaCritic.Baselines;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The C# of the task pages runs and does what the pages say.</summary>
[TestClass]
[DoNotParallelize] // the snippets use names relative to the working directory
public sealed class TaskSnippetTests
{
    private static readonly MetaTrainingOptions Small = TaskSnippets.TrainingSettings() with { Iterations = 3, CriticHidden = [20, 20], PolicyHidden = [8] };
    private string _before = "";

    [TestInitialize]
    public void Enter()
    {
        _before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Directory.CreateTempSubdirectory("metacritic-snippets-").FullName;
    }

    [TestCleanup]
    public void Leave()
    {
        string folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _before;
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void TrainingFittingSavingAndLoading()
    {
        List<int> told = [];
        CriticModel critic = TaskSnippets.Train(Small, TaskSnippets.Goals(), new Told(told), default);
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, told);

        // A second run finds the checkpoint and has nothing left to do.
        Assert.AreSequenceEqual(critic.Parameters.ToArray(), TaskSnippets.Train(Small, TaskSnippets.Goals(), new Told(told), default).Parameters.ToArray());
        Assert.HasCount(3, told);

        Assert.AreEqual(3, TaskSnippets.Recorded(TaskSnippets.Goals(), Small).Iterations);
        Assert.HasCount(4, File.ReadAllLines("metrics.csv"));
        Assert.HasCount(1, Directory.GetFiles("runs/two-link"));
        Assert.HasCount(1, TaskSnippets.Watched(critic, TaskSnippets.Goals(), Small).Validations);
        IReadOnlyList<PolicyFit> fits = TaskSnippets.Fit(critic);
        Assert.HasCount(6, fits);
        TaskSnippets.Summarise(fits);
        Assert.IsGreaterThan(1, TaskSnippets.RollOut(critic, fits).Steps); // three meta-iterations make no critic that fits well
        Assert.HasCount(2, TaskSnippets.ApplyInALoop(fits[0]));
        TaskSnippets.Export(critic);
        Assert.Contains("reach_torques", File.ReadAllText("reach.h"));
        Assert.HasCount(2, TaskSnippets.Score(critic));
        using FileStream stream = File.OpenRead("two-link.critic");
        Assert.AreEqual(3, TaskSnippets.FromStream(stream).Iterations);
        TaskSnippets.UnusableFile("reach.policy");
    }

    [TestMethod]
    public void ARobotFromCode()
    {
        RobotModel pendulum = TaskSnippets.RobotFromCode();
        Assert.AreEqual(1, pendulum.DegreesOfFreedom);
        CriticModel critic = TaskSnippets.OwnRobot(pendulum, new() { Goals = [[0.5], [-0.8]] });
        Assert.AreEqual((30 * 0.333) + (3 * 0.1), critic.Dynamics!.TorqueScale[0], 0.01);
        using PolicyLearner learner = new(critic);
        Assert.IsLessThan(1e-3, learner.Fit([new() { Goal = [0.2] }])[0].Error);
    }

    [TestMethod]
    public void TheCartsDerivativeIsThatOfItsStep()
    {
        const double H = 1e-6;
        Cart cart = new();
        double[] states = [0.3, -0.7, 1.5, -2], actions = [0.4, -0.9], cotangents = [0.6, -1.1, 0.8, 0.5]; // two lanes
        double[] ofStates = new double[4], ofActions = new double[2];
        cart.StepVjp(0, 2, states, actions, cotangents, ofStates, ofActions);
        double Value()
        {
            double[] next = new double[4];
            cart.Step(0, 2, states, actions, next);
            return next.Zip(cotangents, (a, b) => a * b).Sum();
        }

        foreach ((double[] inputs, double[] derivatives) in new[] { (states, ofStates), (actions, ofActions) })
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                double kept = inputs[i];
                inputs[i] = kept + H;
                double above = Value();
                inputs[i] = kept - H;
                double below = Value();
                inputs[i] = kept;
                Assert.AreEqual((above - below) / (2 * H), derivatives[i], 1e-7);
            }
        }
    }

    [TestMethod]
    public void DynamicsOfOnesOwn()
    {
        IReadOnlyList<PolicyFit> fits = TaskSnippets.OwnDynamics(new MetaTrainingOptions { Iterations = 150, CriticHidden = [40, 40], PolicyHidden = [16], PolicyLearningRate = 0.01 });
        Assert.IsLessThan(0.1, fits.Max(fit => fit.Error));
        Assert.IsGreaterThan(fits.Max(fit => fit.Error), fits.Min(fit => fit.LearningCurve[0]));
    }

    [TestMethod]
    public void TheApiByArea()
    {
        TrainingGoals goals = new() { Goals = [[0.5, 0.5], [-0.5, 0.5]] };
        TaskSnippets.Dynamics();
        TaskSnippets.OneIterationAtATime(goals);
        Assert.Contains("\"horizon\": 50", TaskSnippets.Options());
        Assert.IsGreaterThan(0, TaskSnippets.Baseline(goals, iterations: 2).Points.Count);
        Assert.AreEqual(3, TaskSnippets.Analysis().OptimalTheta);
    }

    [TestMethod]
    public void ABaselineInParts()
    {
        TrainingGoals goals = new() { Goals = [[0.5, 0.5], [-0.5, 0.5]] };
        List<int> told = [];
        PolicyModel first = TaskSnippets.BaselineInParts(goals, 2, new Learned(told), default), second = TaskSnippets.BaselineInParts(goals, 3, new Learned(told), default);
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, told);
        Assert.AreEqual(first.Network, second.Network);
        CollectionAssert.AreEqual(new[] { 0.8, 0.8 }, PolicyModel.Load("ddpg.policy").Goal.ToArray());
    }

    private sealed class Learned(List<int> completed) : IProgress<BaselineProgress>
    {
        public void Report(BaselineProgress value) => completed.Add(value.Completed);
    }

    private sealed class Told(List<int> completed) : IProgress<MetaTrainingProgress>
    {
        public void Report(MetaTrainingProgress value) => completed.Add(value.Completed);
    }
}
