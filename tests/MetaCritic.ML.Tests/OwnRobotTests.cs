using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>A robot that is not built in, without further options; goals outside its limits; trainings that learn nothing.</summary>
[TestClass]
public sealed class OwnRobotTests
{
    private static readonly RobotModel Arm = new(
        "one joint",
        links: [new() { Name = "base" }, new() { Name = "rod", Mass = 1, CenterOfMass = new(0, 0, -0.5), Inertia = new(0.083, 0, 0, 0.083, 0, 0) }],
        joints: [new() { Name = "pivot", Type = JointType.Revolute, Parent = "base", Child = "rod", Axis = new(0, 1, 0), LowerLimit = -2.5, UpperLimit = 2.5, EffortLimit = 50, VelocityLimit = 3 }]);

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _log = [];

    public OwnRobotTests() => _ml.Log += (_, e) => _log.Add(e.Message);

    [TestMethod]
    public void ItLearnsWithSettingsThatAreSaidAndKept()
    {
        CriticTransformer critic = _ml.MetaCritic().Trainers.Critic(Arm, numberOfIterations: 60).Fit(Table(0.5f, -0.8f));
        TaskPreset expected = TaskPreset.For(Arm, goals: 2);
        expected = expected with { Training = expected.Training with { Iterations = 60 } };
        Assert.AreEqual(OptionsJson.Write(expected), OptionsJson.Write(expected with { Dynamics = critic.Model.Dynamics!, Training = critic.Model.Training, Fitting = critic.Model.Fitting! }));
        foreach (string line in expected.Describe())
        {
            Assert.IsTrue(_log.Exists(message => message.Contains(line, StringComparison.Ordinal)), line);
        }

        Assert.IsTrue(_log.Exists(message => message.Contains("2 new policies", StringComparison.Ordinal) && message.Contains("without fitting", StringComparison.Ordinal)));

        // And fitting takes what the critic carries.
        IDataView goals = Table(0.5f, -0.8f);
        IReadOnlyList<PolicyFit> fits = _ml.MetaCritic().Transforms.FitPolicies(critic).Fit(goals).FitRows(goals);
        Assert.AreEqual(expected.Fitting.Steps, fits[0].Steps);
        Assert.IsTrue(fits.All(fit => fit.Error < 0.002), string.Join(", ", fits.Select(fit => fit.Error)));
    }

    [TestMethod]
    public void ItsSettingsCanBeReplaced()
    {
        CriticTransformer critic = _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
        {
            Robot = Arm,
            Dynamics = new RigidBodyOptions { TimeStep = 0.02 },
            Training = Tables.Training,
        }).Fit(Table(0.5f));
        Assert.AreEqual(0.02, critic.Model.Dynamics!.TimeStep);
        Assert.AreEqual(Actuator.Torque, critic.Model.Dynamics.Actuator);
        Assert.AreEqual(6, critic.Model.Training.Horizon);
    }

    [TestMethod]
    public void NewPoliciesAreFittedForTheValidationSet()
    {
        CriticTrainer.Options options = new() { Robot = Arm, NumberOfIterations = 25, ValidationSet = Table(0.1f, 0.2f, 0.3f) };
        _ml.MetaCritic().Trainers.Critic(options).Fit(Table(0.5f, -0.8f));
        Assert.IsTrue(_log.Exists(message => message.Contains("Meta-training is done. 3 new policies", StringComparison.Ordinal)), string.Join('\n', _log));
        Assert.IsTrue(_log.Exists(message => message.Contains("Validation after 25 meta-iterations", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public void GoalsOutsideTheLimitsAreLoggedAndRefusedIfMostAre()
    {
        CriticTrainer.Options options = new() { Robot = Arm, Training = Tables.Training };
        _ml.MetaCritic().Trainers.Critic(options).Fit(Table(0.5f, -0.8f, 80));
        Assert.IsTrue(_log.Exists(message => message.Contains("goal 3, joint pivot: 80 is outside", StringComparison.Ordinal)), string.Join('\n', _log));
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(options).Fit(Table(0.5f, -80, 80)));
        Assert.Contains("2 of 3", e.Message);
        _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options { Robot = Arm, Training = Tables.Training, AllowOutside = true }).Fit(Table(0.5f, -3, 3));
    }

    [TestMethod]
    public void ATrainingThatLearnedNothingThrowsUnlessAllowed()
    {
        // Its own advice is the first test of this class.
        CriticTrainer.Options Options(bool allowed) => new()
        {
            Robot = Arm,
            Training = Tables.Training with { Iterations = 30, PolicyLearningRate = 1e6, Horizon = 40 },
            AllowNothingLearned = allowed,
        };
        NothingLearnedException e = Assert.ThrowsExactly<NothingLearnedException>(() => _ml.MetaCritic().Trainers.Critic(Options(false)).Fit(Table(0.5f)));
        Assert.IsNotNull(e.Outcome?.Failure);
        Assert.Contains("leave out Dynamics and Training", e.Message);
        _log.Clear();
        Assert.AreEqual(30, _ml.MetaCritic().Trainers.Critic(Options(true)).Fit(Table(0.5f)).Model.Iterations);
        Assert.IsTrue(_log.Exists(message => message.Contains("nothing was learned", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ATrainingThatIsTooShortIsToldSo()
    {
        IDataView goals = _ml.MetaCritic().Data.LoadGoals(Path.Combine(Repository.Root, "examples", "goals", "training.csv"), RobotModel.TwoLink);
        NothingLearnedException e = Assert.ThrowsExactly<NothingLearnedException>(() => _ml.MetaCritic().Trainers.Critic(RobotModel.TwoLink, numberOfIterations: 30).Fit(goals));
        Assert.Contains("Leave out NumberOfIterations (30), or give more.", e.Message);
        CriticTransformer longer = _ml.MetaCritic().Trainers.Critic(RobotModel.TwoLink, numberOfIterations: 50).Fit(goals); // its pool is no better, its policies are
        Assert.AreEqual("CriticTransformer: " + longer.Model, longer.ToString());
    }

    private IDataView Table(params float[] goals) => _ml.Data.LoadFromEnumerable(goals.Select(goal => new OneGoal { Goal = [goal] }));

    private sealed class OneGoal
    {
        [VectorType(1)]
        public float[] Goal { get; set; } = [];
    }
}
