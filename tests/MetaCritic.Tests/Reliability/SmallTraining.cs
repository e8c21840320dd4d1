using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Reliability;

/// <summary>A training that takes milliseconds, and the bytes of what comes of it.</summary>
internal static class SmallTraining
{
    public static MetaTrainingOptions Options { get; } = new()
    {
        Iterations = 8,
        Horizon = 6,
        InnerSteps = 2,
        PoliciesPerGoal = 2,
        PolicyLifetime = 5,
        PolicyHidden = [4],
        CriticHidden = [8],
        Threads = 1,
        Seed = 3,
        StartSpread = 0.1,
    };

    public static RigidBodyOptions Dynamics { get; } = new() { TimeStep = 0.05, TorqueScale = [5], ImplicitDamping = true };

    public static TrainingGoals Goals { get; } = new() { Goals = [[0.5, 0.2], [-0.3, 0.7]], Weights = [1, 2] };

    public static MetaTrainer Trainer(MetaTrainingOptions? options = null) => new(RobotModel.TwoLink, Dynamics, Goals, options ?? Options);

    public static byte[] Bytes(CriticModel critic)
    {
        using MemoryStream stream = new();
        critic.Save(stream);
        return stream.ToArray();
    }

    public static byte[] Checkpoint(MetaTrainer trainer)
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            trainer.SaveCheckpoint(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
