using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Dynamics;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>
/// Deep deterministic policy gradients (Lillicrap et al. 2015), the baseline that learns Q in a supervised way (Algorithm 1
/// of the paper): one policy π(s − g) for all goals, a critic Q(s − g, a), a replay buffer, target networks, exploration by
/// Gaussian noise, and the dense cost ‖q − g‖² + w‖q̇‖².
/// </summary>
public sealed class Ddpg : BaselineTrainer
{
    private readonly DdpgOptions _options;
    private readonly Minibatch<float> _batch;
    private readonly DdpgUpdate<float> _update;

    /// <summary>Prepares training on a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals, joint positions.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the robot.</exception>
    public Ddpg(RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, DdpgOptions options)
        : this(robot, dynamics, new RigidBodyDynamics(robot, dynamics), goals, options)
    {
    }

    /// <summary>Prepares training on dynamics of the user's own.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the dynamics.</exception>
    public Ddpg(IDynamics dynamics, TrainingGoals goals, DdpgOptions options)
        : this(null, null, dynamics, goals, options)
    {
    }

    private Ddpg(RobotModel? robot, RigidBodyOptions? dynamicsOptions, IDynamics dynamics, TrainingGoals goals, DdpgOptions options)
        : base(robot, dynamicsOptions, dynamics, goals, Checked(options))
    {
        _options = options;
        _batch = new(Inputs, options.BatchSize);
        _update = new(Inputs, Networks, options, Team);
    }

    private protected override string Method => "DDPG";

    private protected override JsonObject OptionsForCheckpoint() => WithoutFreeOptions(JsonSerializer.SerializeToNode(_options, BaselineJsonContext.Default.DdpgOptions)!.AsObject());

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batch.Dispose();
            _update.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override double Update(ReplayBuffer replay, ref KeyedRandom random)
    {
        _batch.Sample(replay, ref random);
        return _update.Run(_batch);
    }

    private protected override float[] CriticParameters(out MlpShape shape)
    {
        shape = Inputs.Critic.Shape;
        return Exported(Inputs.Critic, Networks.Critic);
    }

    private static DdpgOptions Checked(DdpgOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options;
    }
}
