namespace MetaCritic.Tasks;

/// <summary>How the critic is made of its network N. z: what the critic sees of state, action a and goal g.</summary>
public enum CriticForm
{
    /// <summary>M(z) = N(z), the paper's own.</summary>
    Plain,

    /// <summary>
    /// M(z) = N(z) − ⟨∂N/∂a (z₀), a⟩, where z₀ is rest at the goal without action. Then ∂M/∂a = 0 at z₀, whatever the network's
    /// parameters: a critic that is exact at the goal, where action 0 holds it.
    /// </summary>
    Centred,
}
