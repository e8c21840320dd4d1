using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>Policy π_θ, critic Q_φ, their target networks, and the optimisers.</summary>
internal sealed unsafe class ActorCriticNetworks<T> : IDisposable
    where T : unmanaged
{
    private const ulong CriticStream = 1;
    private const ulong PolicyStream = 2;

    private readonly AdamOptimizer<T> _policyAdam, _criticAdam;

    public ActorCriticNetworks(ActorCriticInputs inputs, WorkerTeam team)
    {
        Policy = new(inputs.Policy, reverse: true, team);
        Critic = new(inputs.Critic, reverse: true, team);
        PolicyTarget = new(inputs.Policy, reverse: false, team);
        CriticTarget = new(inputs.Critic, reverse: false, team);
        _policyAdam = new(inputs.Policy.Length);
        _criticAdam = new(inputs.Critic.Length);
    }

    public Network<T> Policy { get; }

    public Network<T> Critic { get; }

    public Network<T> PolicyTarget { get; }

    public Network<T> CriticTarget { get; }

    /// <summary>The optimiser of the policy.</summary>
    public AdamOptimizer<T> PolicyAdam => _policyAdam;

    /// <summary>The optimiser of the critic.</summary>
    public AdamOptimizer<T> CriticAdam => _criticAdam;

    /// <summary>Draws φ and θ; the targets start from the same.</summary>
    public void Draw(ulong seed)
    {
        Critic.Draw(KeyedRandom.Create(seed, CriticStream));
        Policy.Draw(KeyedRandom.Create(seed, PolicyStream));
        CriticTarget.Set(Critic);
        PolicyTarget.Set(Policy);
    }

    public void StepCritic(AlignedBuffer<T> gradient, double eta) => Step(Critic, _criticAdam, gradient, eta);

    public void StepPolicy(AlignedBuffer<T> gradient, double eta) => Step(Policy, _policyAdam, gradient, eta);

    public static void Step(Network<T> network, AdamOptimizer<T> adam, AlignedBuffer<T> gradient, double eta)
    {
        adam.Step(gradient.Pointer, 1, eta, network.Parameters.Pointer);
        network.Pack();
    }

    /// <summary>The targets follow by Polyak averaging.</summary>
    public void FollowTargets(double tau)
    {
        CriticTarget.Follow(Critic, tau);
        PolicyTarget.Follow(Policy, tau);
    }

    public void Dispose()
    {
        Policy.Dispose();
        Critic.Dispose();
        PolicyTarget.Dispose();
        CriticTarget.Dispose();
        _policyAdam.Dispose();
        _criticAdam.Dispose();
    }
}
