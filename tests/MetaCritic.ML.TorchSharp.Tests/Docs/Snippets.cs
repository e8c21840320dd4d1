using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.ML.TorchSharp;
using MetaCritic.ML.TorchSharp.Pipelines;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp.Tests.Docs;

/// <summary>The C# of the package's README.md and of docs/torch.md. It is compiled here, and run.</summary>
internal static class Snippets
{
    public static void FirstProgram()
    {
        // A mass on a rail with friction: position and velocity, pushed by a force. Its step, in torch.
        TorchDynamics mass = new(stateSize: 2, actionSize: 1, positionSize: 1, (state, action) =>
        {
            Tensor position = state.narrow(1, 0, 1), velocity = state.narrow(1, 1, 1);
            Tensor next = velocity + (0.05 * (action - (0.5 * velocity)));
            return cat([position + (0.05 * next), next], 1);
        });

        // Meta-train a critic with layer normalisation through it, on two goals (m).
        TorchNetworks networks = new() { Critic = inputs => nn.Sequential(nn.Linear(inputs, 64), nn.LayerNorm(64), nn.ELU(), nn.Linear(64, 1)) };
        MetaTrainingOptions options = new() { Iterations = 60, PolicyHidden = [16] };
        using TorchMetaTrainer trainer = new(mass, new() { Goals = [[0.5], [-0.5]] }, options, networks);
        using TorchCriticModel critic = trainer.Train();

        // Fit a policy for a new goal, without the model's derivative.
        using TorchPolicyLearner learner = new(critic);
        TorchPolicyFit fit = learner.Fit([new() { Goal = [0.3] }], tasks => new DynamicsEnvironment(mass, tasks.Count, [null]))[0];
        Console.WriteLine($"squared error {fit.Error:F4} m²");
    }

    public static TorchMetaTrainer Robot()
    {
        TaskPreset preset = TaskPreset.TwoLink;
        TorchNetworks networks = new()
        {
            Critic = inputs => new NormalisedCritic(inputs, 64),
            Policy = (states, actions) => new ResidualPolicy(states, actions, 32),
        };
        MetaTrainingOptions options = preset.Training with { Iterations = 300, PoliciesPerGoal = 2 };
        TorchMetaTrainer trainer = new(preset.Robot, preset.Dynamics, new() { Goals = [[0.8, 0.8], [-0.8, 0.8]] }, options, networks);
        Console.WriteLine(trainer.PoliciesAreBatched ? "all policies at once" : "one policy after the other");
        return trainer;
    }

    public static void Checkpoints(TorchMetaTrainer trainer, string folder)
    {
        // A checkpoint every 100 meta-iterations, on Ctrl-C, and at the end. After a kill, the same program goes on from the last one.
        string checkpoint = Path.Combine(folder, TorchMetaTrainer.CheckpointFileName);
        if (File.Exists(checkpoint))
        {
            trainer.LoadCheckpoint(checkpoint);
        }

        using CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        using TorchCriticModel critic = trainer.Train(checkpointFolder: folder, cancellationToken: stop.Token);

        // The critic in a file with a checksum; a function makes the module for it.
        critic.Save(Path.Combine(folder, "reach.mctorch"));
        using TorchCriticModel loaded = TorchCriticModel.Load(Path.Combine(folder, "reach.mctorch"), inputs => new NormalisedCritic(inputs, 64));
    }

    public static double InGraph()
    {
        EngineStep step = new(new RigidBodyDynamics(RobotModel.KukaIiwa7, TaskPreset.Kuka.Dynamics));
        using Sequential policy = nn.Sequential(nn.Linear(14, 32), nn.Tanh(), nn.Linear(32, 7));
        policy.to(float64);
        using DisposeScope scope = NewDisposeScope();
        Tensor state = zeros(1, 14, float64);
        for (int t = 0; t < 20; t++)
        {
            state = step.Step(state, policy.call(state));
        }

        Tensor loss = state.narrow(1, 0, 7).square().sum();
        loss.backward();
        step.ThrowIfFailed();
        return loss.item<double>();
    }

    public static void BothWays(string criticFile, string folder)
    {
        // The engine's critic as a module, and back.
        using TorchCriticModel critic = TorchCriticModel.From(CriticModel.Load(criticFile));
        Module(critic.Module.Network);
        critic.ToCriticModel().Save(Path.Combine(folder, "same.critic"));


        static void Module(nn.Module<Tensor, Tensor> network) => Console.WriteLine(network.GetName());
    }

    public static ITransformer InPipelines(MLContext ml, IDataView goals, string file)
    {
        TorchArchitectures.Register("normalised", inputs => new NormalisedCritic(inputs, 64));
        TorchNetworks networks = new() { Critic = inputs => new NormalisedCritic(inputs, 64) };
        TorchCriticTransformer critic = ml.MetaCritic().Trainers.TorchCritic(RobotModel.TwoLink, networks, numberOfIterations: 20, architecture: "normalised").Fit(goals);
        ml.Model.Save(critic, goals.Schema, file);

        // Elsewhere, with the same name registered:
        TorchCriticTransformer loaded = TorchCriticTransformer.From(ml, ml.Model.Load(file, out _));
        ITransformer fitting = ml.MetaCritic().Transforms.FitPolicies(loaded, new PolicyFittingEstimator.Options { NumberOfSteps = 5 }).Fit(goals);
        return fitting;
    }

    public static void FromPyTorch(string weights)
    {
        using Sequential network = nn.Sequential(nn.Linear(6, 64), nn.ELU(), nn.Linear(64, 1));
        TorchFile.Import(network, weights); // .pth, .pt or .safetensors
    }
}
