namespace MetaCritic.Analysis;

/// <summary>Whether an inner gradient flows through the states of the roll-out.</summary>
public enum StateHandling
{
    /// <summary>States are constants; only the actions carry the gradient. Model-free: what the method does (Eq. 7, Eq. 36).</summary>
    Detached,

    /// <summary>s₁ = s₀ + θ is differentiated too, which needs the model.</summary>
    Attached,
}
