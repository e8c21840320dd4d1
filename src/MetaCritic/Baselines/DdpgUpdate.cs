using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// One update of DDPG (Lillicrap et al. 2015, Algorithm 1, the part after the minibatch is drawn; lines 6-9 of Algorithm 1
/// of the paper reproduced here). Costs are minimised, so signs are opposite to those for rewards.
/// </summary>
/// <typeparam name="T">Element type of the networks: float, or double for checks.</typeparam>
internal sealed class DdpgUpdate<T> : IDisposable
    where T : unmanaged
{
    private readonly DdpgOptions _options;
    private readonly ActorCriticNetworks<T> _networks;
    private readonly CriticUpdate<T> _criticUpdate;
    private readonly PolicyLoss<T> _policyLoss;
    private readonly AlignedBuffer<T> _policyGradient;

    public DdpgUpdate(ActorCriticInputs inputs, ActorCriticNetworks<T> networks, DdpgOptions options, WorkerTeam team)
    {
        _options = options;
        _networks = networks;
        _criticUpdate = new(inputs, networks.Critic, networks.PolicyTarget, networks.CriticTarget, options.BatchSize, options.Discount, team);
        _policyLoss = new(inputs, networks.Policy, networks.Critic, options.BatchSize, MlpPasses.Reverse, team);
        _policyGradient = new(inputs.Policy.Length);
    }

    /// <summary>Updates critic, policy and targets.</summary>
    /// <param name="batch">The minibatch.</param>
    /// <returns>δ before the update.</returns>
    public double Run(Minibatch<T> batch)
    {
        // φ ← φ − η ∇_φ δ with δ = 1/N Σ (Q(s, a) − y)², y = r + γ Q'(s', π'(s')). Alg. 1, line 7.
        double delta = _criticUpdate.Gradient(batch);
        _networks.StepCritic(_criticUpdate.GradientBuffer, _options.CriticLearningRate);

        // θ ← θ − α ∇_θ 1/N Σ Q(s, π_θ(s)). Alg. 1, line 9.
        _policyLoss.Value(batch);
        _policyLoss.Gradient(_policyGradient);
        _networks.StepPolicy(_policyGradient, _options.PolicyLearningRate);

        // φ' ← τφ + (1 − τ)φ', θ' ← τθ + (1 − τ)θ'. Lillicrap et al.'s addition.
        _networks.FollowTargets(_options.TargetRate);
        return delta;
    }

    public void Dispose()
    {
        _criticUpdate.Dispose();
        _policyLoss.Dispose();
        _policyGradient.Dispose();
    }
}
