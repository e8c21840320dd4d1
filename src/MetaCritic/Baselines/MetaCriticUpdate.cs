using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// One update of the online meta critic on top of DDPG (Zhou et al. 2020, Algorithm 1). Symbols: policy θ, critic Q_φ, meta
/// critic h_ω. The meta critic is a second loss for the policy, learned through the update of the policy that it causes.
/// </summary>
/// <typeparam name="T">Element type of the networks: float, or double for checks.</typeparam>
internal sealed unsafe class MetaCriticUpdate<T> : IDisposable
    where T : unmanaged
{
    private const ulong MetaCriticStream = 3;

    private readonly OnlineMetaCriticOptions _options;
    private readonly ActorCriticNetworks<T> _networks;
    private readonly CriticUpdate<T> _criticUpdate;
    private readonly Network<T> _thetaOld, _thetaNew;
    private readonly PolicyLoss<T> _critic, _metaCritic, _criticAtOld, _criticAtNew;
    private readonly AlignedBuffer<T> _criticGradient, _metaCriticGradient, _v;
    private readonly PackedWeights<T> _u;
    private readonly AdamOptimizer<T> _adam;

    /// <param name="inputs">What the networks see.</param>
    /// <param name="metaCritic">Layout of h_ω.</param>
    /// <param name="networks">Policy and critic.</param>
    /// <param name="options">Settings.</param>
    /// <param name="team">Threads.</param>
    public MetaCriticUpdate(ActorCriticInputs inputs, MlpLayout metaCritic, ActorCriticNetworks<T> networks, OnlineMetaCriticOptions options, WorkerTeam team)
    {
        int rows = options.Ddpg.BatchSize;
        _options = options;
        _networks = networks;
        MetaCritic = new(metaCritic, reverse: true, team);
        _criticUpdate = new(inputs, networks.Critic, networks.PolicyTarget, networks.CriticTarget, rows, options.Ddpg.Discount, team);
        _thetaOld = new(inputs.Policy, reverse: false, team);
        _thetaNew = new(inputs.Policy, reverse: true, team);
        _critic = new(inputs, networks.Policy, networks.Critic, rows, MlpPasses.Reverse, team);
        _metaCritic = new(inputs, networks.Policy, MetaCritic, rows, MlpPasses.Tangent, team);
        _criticAtOld = new(inputs, _thetaOld, networks.Critic, rows, MlpPasses.Reverse, team);
        _criticAtNew = new(inputs, _thetaNew, networks.Critic, rows, MlpPasses.Reverse, team);
        _criticGradient = new(inputs.Policy.Length);
        _metaCriticGradient = new(inputs.Policy.Length);
        _v = new(inputs.Policy.Length);
        _u = new(inputs.Policy);
        OmegaGradient = new(metaCritic.Length);
        _adam = new(metaCritic.Length);
    }

    /// <summary>h_ω.</summary>
    public Network<T> MetaCritic { get; }

    /// <summary>The optimiser of h_ω.</summary>
    public AdamOptimizer<T> Adam => _adam;

    /// <summary>∇_ω L_meta, padded.</summary>
    public AlignedBuffer<T> OmegaGradient { get; }

    public void Draw(ulong seed) => MetaCritic.Draw(KeyedRandom.Create(seed, MetaCriticStream));

    /// <summary>Updates critic, policy, meta critic and targets.</summary>
    /// <param name="training">d_trn.</param>
    /// <param name="validation">d_val.</param>
    /// <returns>δ before the update.</returns>
    public double Run(Minibatch<T> training, Minibatch<T> validation)
    {
        DdpgOptions ddpg = _options.Ddpg;

        // The critic, as in DDPG.
        double delta = _criticUpdate.Gradient(training);
        _networks.StepCritic(_criticUpdate.GradientBuffer, ddpg.CriticLearningRate);

        // Trial updates of the policy, and ∇_ω of what the second one brought.
        MetaGradient(training, validation);
        VectorLoops<T>.AddScaled(_options.MetaCriticWeightDecay, MetaCritic.Parameters.Pointer, OmegaGradient.Pointer, OmegaGradient.Length);

        // θ ← θ − α (∇_θ L_critic + ∇_θ h_ω), both on d_trn and with the present ω.
        VectorLoops<T>.Add(_metaCriticGradient.Pointer, _criticGradient.Pointer, _criticGradient.Length);
        _networks.StepPolicy(_criticGradient, ddpg.PolicyLearningRate);

        // ω ← ω − η ∇_ω L_meta.
        ActorCriticNetworks<T>.Step(MetaCritic, _adam, OmegaGradient, _options.MetaCriticLearningRate);

        _networks.FollowTargets(ddpg.TargetRate);
        return delta;
    }

    /// <summary>L_meta and its gradient, exact, through the policy update that the meta critic causes.</summary>
    /// <param name="training">d_trn.</param>
    /// <param name="validation">d_val.</param>
    /// <returns>L_meta.</returns>
    public double MetaGradient(Minibatch<T> training, Minibatch<T> validation)
    {
        double alpha = _options.TrialLearningRate;

        // θ_old = θ − α ∇_θ L_critic(d_trn).
        _critic.Value(training);
        _critic.Gradient(_criticGradient);
        _thetaOld.SetTo(_networks.Policy, -alpha, _criticGradient);

        // θ_new = θ_old − α ∇_θ h_ω(d_trn).
        _metaCritic.Value(training);
        _metaCritic.Gradient(_metaCriticGradient);
        _thetaNew.SetTo(_thetaOld, -alpha, _metaCriticGradient);

        // L_meta = tanh(L_critic(d_val; θ_new) − L_critic(d_val; θ_old)).
        double loss = Math.Tanh(_criticAtNew.Value(validation) - _criticAtOld.Value(validation));

        // With v = ∂L_meta/∂θ_new and u = −α·v, ∇_ω L_meta = ∇_ω ⟨∇_θ h_ω(d_trn), u⟩: ω acts through θ_new alone.
        _criticAtNew.Gradient(_v);
        VectorLoops<T>.Scale(-alpha * (1 - (loss * loss)), _v.Pointer, _v.Pointer, _v.Length);
        _u.PackForward(_v.Pointer);
        _metaCritic.GradientOfDirectional(_u, OmegaGradient);
        return loss;
    }

    public void Dispose()
    {
        MetaCritic.Dispose();
        _criticUpdate.Dispose();
        _thetaOld.Dispose();
        _thetaNew.Dispose();
        _critic.Dispose();
        _metaCritic.Dispose();
        _criticAtOld.Dispose();
        _criticAtNew.Dispose();
        _criticGradient.Dispose();
        _metaCriticGradient.Dispose();
        _v.Dispose();
        _u.Dispose();
        OmegaGradient.Dispose();
        _adam.Dispose();
    }
}
