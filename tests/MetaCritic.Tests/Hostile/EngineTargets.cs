using System.Text;
using System.Text.Json;
using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;
using MetaCritic.Tests.Models;
using MetaCritic.Tests.Robots;

namespace MetaCritic.Tests.Hostile;

/// <summary>What the engine reads.</summary>
internal static class EngineTargets
{
    private const string Source = "the file";

    /// <summary>Training and goals of the kept checkpoints.</summary>
    public static MetaTrainingOptions Training { get; } =
        TaskPreset.TwoLink.Training with { CriticHidden = [4, 4], PolicyHidden = [3], Iterations = 8, Horizon = 6, PolicyLifetime = 3 };

    public static TrainingGoals Goals { get; } = new() { Goals = [[0.5, 0.2], [-0.3, 0.7]] };

    public static IReadOnlyList<string> Names { get; } = ["critic", "policy", "checkpoint", "baseline", "dynamics", "transitions", "any file", "URDF", "URDF bytes", "MJCF", "options", "assignment", "assignment for learning", "robot"];

    public static HostileTarget Of(string name, string folder) => name switch
    {
        "critic" => Container(name, [.. Kept.Files("critic"), SampleModels.CriticOfRobot().Bytes(), CriticOfLearned()], bytes => CriticModel.Load(new MemoryStream(bytes), Source).Bytes()),
        "policy" => Container(name, [.. Kept.Files("policy"), SampleModels.Policy([4, 5, 3, 2]).Bytes()], bytes => PolicyModel.Load(new MemoryStream(bytes), Source).Bytes()),
        "checkpoint" => Checkpoint(folder),
        "baseline" => Baseline(folder),
        "dynamics" => Container(name, [.. Kept.Files("dynamics"), Logs.Learn(Logs.Quick with { Members = 1, Hidden = [3], Angles = true }).Bytes()], ReadDynamics),
        "transitions" => Transitions(folder),
        "any file" => Container(
            name, [.. ((string[])["critic", "policy", "dynamics", "mccheckpoint", "mcbaseline", "mctransitions"]).SelectMany(Kept.Files)], bytes => Assert.AreEqual(bytes.Length, ModelFile.Read(new MemoryStream(bytes), Source).Length)),
        "URDF" => Text(name, Urdf(), text => RobotModel.ParseUrdf(text, Source)),
        "URDF bytes" => UrdfBytes(),
        "MJCF" => Text(name, [SmallMjcf.Text, SmallMjcf.With((2, ""), (11, "<joint name='hinge' ref='0.1' pos='0 0 1'/><freejoint/>"), (12, "<frame euler='1 2 3'><geom type='cylinder' size='1 1'/></frame>"))], text => RobotModel.ParseMjcf(text, Source)),
        "options" => Text(name, Options(), text => OptionsJson.Apply(text, TaskPreset.Kuka.Dynamics, TaskPreset.Kuka.Training, Source)),
        "assignment" => Assignment(name, ["training.horizon=50", "dynamics.torqueScale=[1,2]", "criticHidden=[64,64]", "taskLoss=lateWindow", "seed=7", "dynamicsSpread=[{\"parameter\":\"a.mass\",\"low\":1,\"high\":2}]"],
            text => OptionsJson.Set(text, TaskPreset.Kuka.Dynamics, TaskPreset.Kuka.Training)),
        "assignment for learning" => Assignment(name, ["epochs=50", "hidden=[6,7]", "timeStep=null", "angles=true", "holdOutFraction=0.2", "activation=elu", "seed=7"], text => OptionsJson.Set(text, new DynamicsLearnerOptions())),
        "robot" => Text(name, Robots(), ReadRobot),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static MetaTrainer Trainer() => new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, Training);

    private static HostileTarget Container(string name, byte[][] corpus, Action<byte[]> read) => new(
        name, Source, m => m.Container(corpus[m.Below(corpus.Length)], corpus[m.Below(corpus.Length)]), read);

    private static HostileTarget Text(string name, string[] corpus, Action<string> read) => new(
        name, Source, m => Encoding.UTF8.GetBytes(m.Text(corpus[m.Below(corpus.Length)], corpus[m.Below(corpus.Length)])), bytes => read(Encoding.UTF8.GetString(bytes)));

    // What is refused must leave the training as it was.
    private static HostileTarget Checkpoint(string folder)
    {
        string path = Path.Combine(folder, "hostile.mccheckpoint");
        MetaTrainer trainer = Trainer();
        byte[] critic = trainer.CreateCritic().Bytes();
        HostileTarget target = Container("checkpoint", Kept.Files("mccheckpoint"), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                trainer.LoadCheckpoint(path);
                critic = trainer.CreateCritic().Bytes();
            }
            catch (InvalidInputException)
            {
                CollectionAssert.AreEqual(critic, trainer.CreateCritic().Bytes());
                throw;
            }
        });
        return target with { Source = path };
    }

    /// <summary>The training of the kept checkpoints of baselines.</summary>
    public static OnlineMetaCritic BaselineTrainer() => new(
        RobotModel.TwoLink,
        TaskPreset.TwoLink.Dynamics,
        Goals,
        new()
        {
            Ddpg = new() { Iterations = 4, WarmupIterations = 1, UpdatesPerIteration = 2, Horizon = 3, BatchSize = 4, CriticHidden = [3], PolicyHidden = [2], EvaluationInterval = 2, ActionLimit = 3, Seed = 5 },
            MetaCriticHidden = [2],
        });

    // What is refused must leave the training as it was.
    private static HostileTarget Baseline(string folder)
    {
        string path = Path.Combine(folder, "hostile.mcbaseline");
        OnlineMetaCritic trainer = BaselineTrainer();
        byte[] critic = trainer.CreateCritic().Bytes();
        HostileTarget target = Container("baseline", Kept.Files("mcbaseline"), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                trainer.LoadCheckpoint(path);
                critic = trainer.CreateCritic().Bytes();
            }
            catch (InvalidInputException)
            {
                CollectionAssert.AreEqual(critic, trainer.CreateCritic().Bytes());
                throw;
            }
        });
        return target with { Source = path };
    }

    private static HostileTarget UrdfBytes()
    {
        byte[][] corpus = [.. Urdf().Select(Encoding.UTF8.GetBytes), [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(SmallUrdf.Text)]];
        return new("URDF bytes", Source, m => m.Bytes(corpus[m.Below(corpus.Length)], corpus[m.Below(corpus.Length)]), bytes => UrdfReader.Read(new MemoryStream(bytes), Source));
    }

    private static HostileTarget Assignment(string name, string[] corpus, Action<string> set) => Text(name, corpus, set) with { Source = "" };

    // A file of its own, since errors name it.
    private static HostileTarget Transitions(string folder)
    {
        string path = Path.Combine(folder, "hostile.mctransitions");
        return Container("transitions", Kept.Files("mctransitions"), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Transitions read = TransitionsData.Load(path, 4, 2);
            Assert.IsTrue(read.States.Concat(read.Actions).Concat(read.NextStates).All(row => row.All(double.IsFinite)));
            Assert.AreEqual(read.Count, read.Episodes!.Count);
        }) with
        { Source = path };
    }

    // What is read can be asked for a step, and written again.
    private static void ReadDynamics(byte[] bytes)
    {
        LearnedDynamics dynamics = LearnedDynamics.Load(new MemoryStream(bytes), Source);
        dynamics.Step(0, 1, new double[dynamics.StateSize], new double[dynamics.ActionSize], new double[dynamics.StateSize]);
        Assert.AreNotEqual(0, dynamics.Bytes().Length);
    }

    private static byte[] CriticOfLearned()
    {
        using MetaTrainer trainer = new(Logs.Learn(Logs.Quick with { Members = 1, Hidden = [3] }, prior: true), Goals, Training);
        return trainer.CreateCritic().Bytes();
    }

    private static string[] Urdf() => [SmallUrdf.Text, .. new[] { "two_link", "jaco" }.Select(name => File.ReadAllText(RobotFiles.Urdf(name)))];

    private static string[] Options() => [.. TaskPreset.All.Select(preset => OptionsJson.Write(preset.Dynamics, preset.Training)), "{\"training\":{\"horizon\":50}}"];

    private static string[] Robots() => [.. new[] { RobotModel.TwoLink, RobotModel.KukaIiwa7 }.Select(Json)];

    public static string Json(RobotModel robot)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            robot.WriteJson(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void ReadRobot(string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // Whoever hands over an element has parsed the text.
            throw new InvalidInputException(Source, "this is no JSON", "Look at another", e);
        }

        using (document)
        {
            Json(RobotModel.ReadJson(document.RootElement, Source));
        }
    }
}
