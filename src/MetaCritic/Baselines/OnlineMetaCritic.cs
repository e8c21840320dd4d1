using System.Text.Json;
using System.Text.Json.Nodes;
using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>
/// The online meta critic (Zhou et al. 2020, arXiv 2003.05334) on top of <see cref="Ddpg"/>: beside the critic Q(s − g, a),
/// learned by temporal differences, a meta critic h_ω(s − g, a) is a second loss for the policy, learned so that updates of
/// the policy that follow it lower Q further on other transitions.
/// </summary>
public sealed class OnlineMetaCritic : BaselineTrainer
{
    private readonly OnlineMetaCriticOptions _options;
    private readonly Minibatch<float> _training, _validation;
    private readonly MlpLayout _layout;
    private readonly MetaCriticUpdate<float> _update;

    /// <summary>Prepares training on a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="dynamics">How its dynamics are stepped.</param>
    /// <param name="goals">The training goals, joint positions.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the robot.</exception>
    public OnlineMetaCritic(RobotModel robot, RigidBodyOptions dynamics, TrainingGoals goals, OnlineMetaCriticOptions options)
        : this(robot, dynamics, new RigidBodyDynamics(robot, dynamics), goals, options)
    {
    }

    /// <summary>Prepares training on dynamics of the user's own.</summary>
    /// <param name="dynamics">The dynamics.</param>
    /// <param name="goals">The training goals.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidInputException">Something given is out of its range or does not fit the dynamics.</exception>
    public OnlineMetaCritic(IDynamics dynamics, TrainingGoals goals, OnlineMetaCriticOptions options)
        : this(null, null, dynamics, goals, options)
    {
    }

    private OnlineMetaCritic(RobotModel? robot, RigidBodyOptions? dynamicsOptions, IDynamics dynamics, TrainingGoals goals, OnlineMetaCriticOptions options)
        : base(robot, dynamicsOptions, dynamics, goals, Checked(options))
    {
        _options = options;
        _training = new(Inputs, options.Ddpg.BatchSize);
        _validation = new(Inputs, options.Ddpg.BatchSize);
        _layout = new(new MlpShape([Inputs.RowLength, .. options.MetaCriticHidden, 1], options.Ddpg.CriticActivation));
        _update = new(Inputs, _layout, Networks, options, Team);
        _update.Draw(options.Ddpg.Seed);
    }

    private protected override string Method => "Meta Critic";

    private protected override IEnumerable<TrainedNetwork> TrainedNetworks => [.. base.TrainedNetworks, new("metaCritic", _update.MetaCritic, _update.Adam)];

    private protected override JsonObject OptionsForCheckpoint()
    {
        JsonObject options = JsonSerializer.SerializeToNode(_options, BaselineJsonContext.Default.OnlineMetaCriticOptions)!.AsObject();
        WithoutFreeOptions(options["ddpg"]!.AsObject());
        return options;
    }

    /// <summary>The critic as it is now, whatever <see cref="OnlineMetaCriticOptions.IncludeMetaCritic"/> says.</summary>
    /// <param name="includeMetaCritic">Whether it is to be Q + h_ω, which updates the policy in training, rather than Q alone.</param>
    /// <exception cref="MetaCriticException">The run has diverged.</exception>
    public CriticModel CreateCritic(bool includeMetaCritic) => CreateCritic(Parameters(includeMetaCritic, out MlpShape shape), shape);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _training.Dispose();
            _validation.Dispose();
            _update.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override double Update(ReplayBuffer replay, ref KeyedRandom random)
    {
        _training.Sample(replay, ref random);
        _validation.Sample(replay, ref random);
        return _update.Run(_training, _validation);
    }

    private protected override float[] CriticParameters(out MlpShape shape) => Parameters(_options.IncludeMetaCritic, out shape);

    private float[] Parameters(bool includeMetaCritic, out MlpShape shape)
    {
        shape = Inputs.Critic.Shape;
        float[] phi = Exported(Inputs.Critic, Networks.Critic);
        return includeMetaCritic ? NetworkSum.Of(shape, phi, _layout.Shape, Exported(_layout, _update.MetaCritic), out shape) : phi;
    }

    private static DdpgOptions Checked(OnlineMetaCriticOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options.Ddpg;
    }
}
