namespace MetaCritic.Networks;

/// <summary>What is applied to a layer's outputs.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Linear,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Exponential linear unit: x above 0, eˣ − 1 below (Clevert et al. 2016).</summary>
    Elu,

    /// <summary>Rectified linear unit: max(0, x).</summary>
    Relu,

    /// <summary>log(1 + eˣ).</summary>
    Softplus,
}
