using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>The meta-gradient through <see cref="TorchMetaTrainer"/> against automatic differentiation by another system.</summary>
[TestClass]
public sealed class ReferenceTests : TorchTests
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "TestData");

    public static IEnumerable<object[]> Files => Directory.EnumerateFiles(Path.Combine(Data, "golden"), "metagrad_*.json").Order(StringComparer.Ordinal).Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Double_precision_through_the_engines_dynamics(string path) => Check(path, ScalarType.Float64, 1e-12, batched: true, torchDynamics: false);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Double_precision_through_dynamics_written_in_torch(string path) => Check(path, ScalarType.Float64, 1e-12, batched: true, torchDynamics: true);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Double_precision_with_policies_run_one_by_one(string path) => Check(path, ScalarType.Float64, 1e-12, batched: false, torchDynamics: false);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Single_precision(string path) => Check(path, ScalarType.Float32, 1e-3, batched: true, torchDynamics: false);

    private static void Check(string path, ScalarType precision, double tolerance, bool batched, bool torchDynamics)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement file = document.RootElement;
        JsonElement[] batch = [.. file.GetProperty("batch").EnumerateArray()];
        MetaTrainingOptions options = new()
        {
            Iterations = 1,
            Horizon = file.GetProperty("T").GetInt32(),
            InnerSteps = file.GetProperty("inner_steps").GetInt32(),
            PolicyLearningRate = file.GetProperty("alpha").GetDouble(),
            TaskLoss = file.GetProperty("task_loss").GetString() == "final" ? TaskLossKind.FinalState : TaskLossKind.Trajectory,
            VelocityWeight = 0,
            TaskLossLimit = 1e9,
            CriticInput = CriticInput.Raw,
            CriticForm = file.TryGetProperty("critic_form", out _) ? CriticForm.Centred : CriticForm.Plain,
            VelocityScale = 1,
            PoliciesPerGoal = 1,
            PolicyHidden = Hidden(batch[0].GetProperty("theta0")),
            CriticHidden = Hidden(file.GetProperty("phi")),
        };
        double dt = file.GetProperty("dt").GetDouble();
        TrainingGoals goals = new() { Goals = [.. batch.Select(b => Flat(b.GetProperty("goal")))], StartStates = [.. batch.Select(b => Flat(b.GetProperty("s0")))] };
        IDifferentiableDynamics dynamics = torchDynamics
            ? new TorchDynamics(4, 2, 2, (s, a) => Systems.TwoLink(s, a, dt))
            : new RigidBodyDynamics(RobotModel.FromUrdf(Path.Combine(Data, "robots", "two_link.urdf")), new RigidBodyOptions { TimeStep = dt });
        MlpShape policy = new([4, .. options.PolicyHidden, 2], options.PolicyActivation);
        TorchNetworks networks = new() { Precision = precision, Policy = batched ? null : (_, _) => new Wrapped(TorchMlp.Create(policy)) };
        using TorchMetaTrainer trainer = new(dynamics, goals, options, networks);
        Assert.AreEqual(batched, trainer.PoliciesAreBatched);
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            trainer.CriticParameters.Assign(trainer.Critic.Network, tensor(FlatAll(file.GetProperty("phi"))));
            for (int b = 0; b < batch.Length; b++)
            {
                int row = Enumerable.Range(0, batch.Length).Single(i => Flat(batch[i].GetProperty("goal")).AsSpan().SequenceEqual(trainer.MetaGradient.Goals.AsSpan(2 * b, 2))
                    && Flat(batch[i].GetProperty("s0")).AsSpan().SequenceEqual(trainer.MetaGradient.StartStates.AsSpan(4 * b, 4)));
                trainer.State.Theta[b].copy_(tensor(FlatAll(batch[row].GetProperty("theta0"))));
            }
        }

        (Tensor updated, Tensor[] gradient, double loss) = trainer.MetaGradient.Compute(trainer.State.Theta);

        double wanted = file.GetProperty("loss").GetDouble();
        Assert.IsLessThan(tolerance, Math.Abs(loss - wanted) / Math.Abs(wanted), "task loss");
        double[] actual = Numbers.Of(ModuleParameters.Flatten(gradient, batch: false));
        double error = Numbers.RelativeError(actual, FlatAll(file.GetProperty("dloss_dphi")));
        Console.WriteLine($"{Path.GetFileName(path)}: relative error of the meta-gradient {error:E1}");
        Assert.IsLessThan(tolerance, error, "meta-gradient");
        Assert.AreEqual(batch.Length, updated.shape[0]);
    }

    private static int[] Hidden(JsonElement layers) => [.. layers.EnumerateArray().Where((_, i) => i % 2 == 1).Select(bias => bias.GetArrayLength()).SkipLast(1)];

    // The files have weights as torch has them, [outputs × inputs].
    private static double[] FlatAll(JsonElement layers) => [.. layers.EnumerateArray().SelectMany(Flat)];

    private static double[] Flat(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flat)] : [element.GetDouble()];

    // What no batch can be made of: a class of the user's own.
    private sealed class Wrapped : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> inner;

        public Wrapped(nn.Module<Tensor, Tensor> inner)
            : base(nameof(Wrapped))
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => inner.call(input);
    }
}
