namespace MetaCritic.Learning;

/// <summary>The passes of a meta-iteration, for measurements.</summary>
internal enum MetaPass
{
    /// <summary>The critic's weights are packed for the products.</summary>
    Packing,

    /// <summary>Policies are rolled out through the model.</summary>
    RollOut,

    /// <summary>Critic values and their gradients with respect to the actions.</summary>
    Critic,

    /// <summary>Inner steps of the policies.</summary>
    PolicyUpdate,

    /// <summary>The task loss is propagated back through model and policies.</summary>
    BackPropagation,

    /// <summary>Forward derivatives of the policies, and what they add to the gradient of earlier inner steps.</summary>
    PolicyTangent,

    /// <summary>The directional derivative of the critic and its reverse.</summary>
    CriticTangent,

    /// <summary>Products that sum the gradient of the critic's weights.</summary>
    WeightGradient,

    /// <summary>The critic's parameters are updated, and policies carried on or drawn anew.</summary>
    Optimizer,
}
