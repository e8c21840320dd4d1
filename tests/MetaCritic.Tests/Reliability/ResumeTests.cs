using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Tasks;

namespace MetaCritic.Tests.Reliability;

/// <summary>What a checkpoint brings back, and which checkpoints are refused.</summary>
[TestClass]
public sealed class ResumeTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic resume ş").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    // All but those that may differ, and the limit of disagreement, which is for learned dynamics: ModelLearningTrainerTests.
    public static IEnumerable<object[]> TrainingOptions =>
        OptionMembers.Names(TrainingJsonContext.Default.MetaTrainingOptions).Except(["iterations", "threads", "checkpointInterval", "onDivergence", "disagreementLimit"]).Select(name => new object[] { name });

    public static IEnumerable<object[]> DynamicsOptions => OptionMembers.Names(DynamicsJsonContext.Default.RigidBodyOptions).Select(name => new object[] { name });

    [TestMethod]
    [DataRow(PolicyRestart.Age)]
    [DataRow(PolicyRestart.Random)]
    [DataRow(PolicyRestart.Same)]
    public void EverythingIsRestored(PolicyRestart restart)
    {
        MetaTrainingOptions options = SmallTraining.Options with { PolicyRestart = restart };
        using MetaTrainer first = SmallTraining.Trainer(options);
        for (int done = 0; done <= options.Iterations; done++)
        {
            // The file holds weights, moments, policies, ages, births and metrics; robots and starts are drawn again.
            byte[] checkpoint = SmallTraining.Checkpoint(first);
            File.WriteAllBytes(Path.Combine(_folder, "c"), checkpoint);
            using MetaTrainer second = SmallTraining.Trainer(options);
            second.LoadCheckpoint(Path.Combine(_folder, "c"));
            CollectionAssert.AreEqual(checkpoint, SmallTraining.Checkpoint(second));
            CollectionAssert.AreEqual(first.History.ToArray(), second.History.ToArray());
            Assert.AreEqual(done, second.Iteration);
            if (done < options.Iterations)
            {
                Assert.AreEqual(first.Step(), second.Step(), $"the meta-iteration after {done}");
                CollectionAssert.AreEqual(SmallTraining.Checkpoint(first), SmallTraining.Checkpoint(second));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(TrainingOptions))]
    public void AnotherTrainingOptionIsRefusedByNameAndValues(string name) => AssertRefused("training", name);

    [TestMethod]
    [DynamicData(nameof(DynamicsOptions))]
    public void AnotherDynamicsOptionIsRefusedByNameAndValues(string name) => AssertRefused("dynamics", name);

    [TestMethod]
    [DataRow("training.iterations=9")]
    [DataRow("training.threads=2")]
    [DataRow("training.checkpointInterval=3")]
    [DataRow("training.onDivergence=stop")]
    public void OptionsThatDoNotMatterMayDiffer(string assignment)
    {
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Set(assignment, SmallTraining.Dynamics, SmallTraining.Options);
        using MetaTrainer second = new(RobotModel.TwoLink, dynamics, SmallTraining.Goals, training);
        second.LoadCheckpoint(Saved());
        Assert.AreEqual(4, second.Iteration);
    }

    [TestMethod]
    [DataRow("arm1.mass", 2, "robot.arm1.mass: 1, not 2")]
    [DataRow("arm2.length", 0.5, "robot.arm2.length: 1, not 0.5")]
    [DataRow("gravity.z", -1.62, "robot.gravity.z: -9.81, not -1.62")]
    [DataRow("payload.mass", 0.25, "robot.payload.mass: 0, not 0.25")]
    [DataRow("baseHinge.velocity_limit", 3, "robot.baseHinge.velocity_limit: ")]
    public void ARobotWithAnotherParameterIsRefusedByNameAndValues(string parameter, double value, string said) =>
        Assert.Contains(said, Refused(RobotModel.TwoLink.With(parameter, value), SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options));

    [TestMethod]
    public void AnotherRobotIsRefused()
    {
        Assert.Contains("the robot is \"two-link\", not \"reacher\"", Refused(RobotModel.Reacher, SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options));
        Assert.Contains("the robot's end effector is", Refused(RobotModel.TwoLink.WithEndEffector("arm1"), SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options));
        TrainingGoals seven = new() { Goals = [new double[7]] };
        Assert.Contains(
            "its system has 4 state, 2 action and 2 position components, the present one 14, 7 and 7",
            Refused(RobotModel.KukaIiwa7, SmallTraining.Dynamics, seven, SmallTraining.Options));
        using MetaTrainer own = new(new RigidBodyDynamics(RobotModel.TwoLink, SmallTraining.Dynamics), SmallTraining.Goals, SmallTraining.Options);
        string saved = Saved();
        Assert.Contains("the robot is \"two-link\", not none", Assert.ThrowsExactly<InvalidInputException>(() => own.LoadCheckpoint(saved)).Message);
    }

    [TestMethod]
    [DataRow("goals: 2 rows, not 1 rows")]
    [DataRow("goals, row 2: [-0.3, 0.7], not [-0.3, 0.8]")]
    [DataRow("start states: none, not 2 rows")]
    [DataRow("weights: 2 rows, not none")]
    [DataRow("weights, row 2: [2], not [3]")]
    [DataRow("parameters of the goals: [], not [arm2.mass]")]
    public void OtherGoalsAreRefusedByRowAndValues(string said)
    {
        TrainingGoals present = SmallTraining.Goals;
        TrainingGoals other = said[..9] switch
        {
            "goals: 2 " => new() { Goals = [present.Goals[0]], Weights = [1] },
            "goals, ro" => present with { Goals = [present.Goals[0], [-0.3, 0.8]] },
            "start sta" => present with { StartStates = [new double[4], new double[4]] },
            "weights: " => present with { Weights = null },
            "weights, " => present with { Weights = [1, 3] },
            _ => present with { ParameterNames = ["arm2.mass"], ParameterValues = [[1], [2]] },
        };

        // One goal has fewer policies, and so other tensors: what differs is said all the same.
        Assert.Contains(said, Refused(RobotModel.TwoLink, SmallTraining.Dynamics, other, SmallTraining.Options));
    }

    [TestMethod]
    public void ALaterVersionAnotherKindAndTooManyIterationsAreRefused()
    {
        string saved = Saved();
        byte[] bytes = File.ReadAllBytes(saved);
        bytes[8]++;
        File.WriteAllBytes(Path.Combine(_folder, "later"), bytes);
        using MetaTrainer trainer = SmallTraining.Trainer(SmallTraining.Options with { Iterations = 3 });
        trainer.CreateCritic().Save(Path.Combine(_folder, "critic"));
        string Message(string file) => Assert.ThrowsExactly<InvalidInputException>(() => trainer.LoadCheckpoint(file)).Message;

        Assert.Contains($"format version {TensorFile.FormatVersion + 1}; this version reads up to {TensorFile.FormatVersion}", Message(Path.Combine(_folder, "later")));
        Assert.Contains("it holds a critic, not a checkpoint", Message(Path.Combine(_folder, "critic")));
        Assert.Contains("it has 4 meta-iterations behind it, more than the 3 asked for", Message(saved));
        Assert.AreEqual(0, trainer.Iteration);
    }

    private void AssertRefused(string part, string name)
    {
        string json = OptionsJson.Write(OptionsJsonTests.ChangedDynamics, OptionsJsonTests.Changed);
        using JsonDocument changed = JsonDocument.Parse(json);
        string value = changed.RootElement.GetProperty(part).GetProperty(name).GetRawText().Replace("-0.1", "0.1", StringComparison.Ordinal); // a mass
        string[] numbers = value.StartsWith('[') && !value.Contains('{', StringComparison.Ordinal) ? [string.Concat(value.Where(c => !char.IsWhiteSpace(c)))] : [];
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = OptionsJson.Set(
            $"{part}.{name}={value}", SmallTraining.Dynamics with { SpeedScale = name == "actuator" ? [1] : [] }, SmallTraining.Options);
        if (DynamicsOptionsJson.Differences(dynamics, SmallTraining.Dynamics).Count + OptionsJson.Differences(training, SmallTraining.Options).Count == 0)
        {
            // The small training has this option at that value already; its default differs then.
            (dynamics, training) = part == "dynamics" ? (new RigidBodyOptions(), training) : (dynamics, new MetaTrainingOptions { Threads = 1 });
        }

        string message = Refused(RobotModel.TwoLink, dynamics, SmallTraining.Goals, training);
        Assert.Contains($"it belongs to another training: {part}.", message);
        Assert.Contains($"{part}.{name}: ", message);
        Assert.Contains(", not ", message);
        foreach (string text in numbers)
        {
            Assert.Contains($", not {text}", message);
        }
    }

    private string Refused(RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, MetaTrainingOptions options)
    {
        string saved = Saved();
        using MetaTrainer trainer = new(robot, dynamics, goals, options);
        byte[] before = SmallTraining.Checkpoint(trainer);
        string message = Assert.ThrowsExactly<InvalidInputException>(() => trainer.LoadCheckpoint(saved)).Message;
        Assert.Contains(saved, message);
        Assert.Contains("Resume with the settings the checkpoint was written with", message);
        CollectionAssert.AreEqual(before, SmallTraining.Checkpoint(trainer), "a refused checkpoint changes nothing");
        return message;
    }

    private string Saved()
    {
        string path = Path.Combine(_folder, "saved.mccheckpoint");
        using MetaTrainer first = SmallTraining.Trainer();
        for (int i = 0; i < 4; i++)
        {
            first.Step();
        }

        first.SaveCheckpoint(path);
        return path;
    }
}
