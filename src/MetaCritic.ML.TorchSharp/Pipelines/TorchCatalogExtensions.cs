using MetaCritic.Robots;

namespace MetaCritic.ML.TorchSharp.Pipelines;

/// <summary>What MetaCritic.ML.TorchSharp adds to the catalog of MetaCritic.ML.</summary>
public static class TorchCatalogExtensions
{
    /// <summary>A trainer that meta-trains a critic whose network is a torch module, on a table of goals.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="robot">The robot, whose movable joints the goals are for. A built-in robot brings its preset along.</param>
    /// <param name="networks">The modules; null for multi-layer perceptrons.</param>
    /// <param name="goalColumnName">Vector column of the goals.</param>
    /// <param name="startStateColumnName">Vector column of start states; null for rest.</param>
    /// <param name="exampleWeightColumnName">Column of the goals' weights; null for equal weights.</param>
    /// <param name="numberOfIterations">Number of meta-iterations; null for the preset's.</param>
    /// <param name="seed">Seed of everything random; null for the preset's.</param>
    /// <param name="architecture">Name of the critic's architecture, for saved models: see <see cref="TorchArchitectures"/>; null for a multi-layer perceptron.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or torch cannot be loaded; the message names it.</exception>
    public static TorchCriticTrainer TorchCritic(
        this MetaCriticTrainers trainers,
        RobotModel robot,
        TorchNetworks? networks = null,
        string goalColumnName = "Goal",
        string? startStateColumnName = null,
        string? exampleWeightColumnName = null,
        int? numberOfIterations = null,
        ulong? seed = null,
        string? architecture = null) => trainers.TorchCritic(new TorchCriticTrainer.Options
        {
            Critic = new()
            {
                Robot = robot,
                GoalColumnName = goalColumnName,
                StartStateColumnName = startStateColumnName,
                ExampleWeightColumnName = exampleWeightColumnName,
                NumberOfIterations = numberOfIterations,
                Seed = seed,
            },
            Networks = networks,
            Architecture = architecture,
        });

    /// <summary>A trainer that meta-trains a critic whose network is a torch module, on a table of goals.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or torch cannot be loaded; the message names it.</exception>
    public static TorchCriticTrainer TorchCritic(this MetaCriticTrainers trainers, TorchCriticTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Context, options);
    }

    /// <summary>Fits a policy, model-free, for each row of a table of goals, with a critic whose network is a torch module.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="critic">The critic.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public static TorchPolicyFittingEstimator FitPolicies(this MetaCriticTransforms transforms, TorchCriticTransformer critic, PolicyFittingEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(critic);
        return new(transforms.Context, critic, options ?? new());
    }
}
