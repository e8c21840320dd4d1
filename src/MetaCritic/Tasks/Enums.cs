namespace MetaCritic.Tasks;

/// <summary>What the critic sees of state and goal. q: positions, q̇: velocities, a: action, g: goal.</summary>
public enum CriticInput
{
    /// <summary>[q, q̇, a, g], the paper's own.</summary>
    Raw,

    /// <summary>[q − g, q̇, a]: generalises furthest over goals.</summary>
    Relative,

    /// <summary>[q − g, q̇, a, g].</summary>
    RelativeAndGoal,
}

/// <summary>The loss of the outer loop, L_task (Eq. 5). Norms are sums over joints.</summary>
public enum TaskLossKind
{
    /// <summary>‖q_T − g‖² + w‖q̇_T‖² of the last state.</summary>
    FinalState,

    /// <summary>The mean of the same over the last part of the trajectory: reach the goal and stay.</summary>
    LateWindow,

    /// <summary>The mean of the same over all states but the first.</summary>
    Trajectory,
}

/// <summary>How the inner loss is reduced over time.</summary>
public enum TimeReduction
{
    /// <summary>Σ_t M(s_t, a_t, g), as in Algorithm 2.</summary>
    Sum,

    /// <summary>The mean over t.</summary>
    Mean,
}

/// <summary>Where the inner policies of a meta-iteration come from.</summary>
public enum PolicyRestart
{
    /// <summary>Each policy is carried on and drawn anew when its age reaches <see cref="MetaTrainingOptions.PolicyLifetime"/>; ages are staggered.</summary>
    Age,

    /// <summary>Each policy is carried on and drawn anew with probability 1 / <see cref="MetaTrainingOptions.PolicyLifetime"/> per inner step.</summary>
    Random,

    /// <summary>Every meta-iteration starts from the same saved initial policies.</summary>
    Same,
}

/// <summary>What becomes of a policy of which a state, a loss or a gradient is not finite.</summary>
public enum DivergenceResponse
{
    /// <summary>It is left out of the meta-iteration's mean and drawn anew.</summary>
    Restart,

    /// <summary>It is left out of the meta-iteration's mean and stays as it was before; the next meta-iteration tries it again.</summary>
    Skip,

    /// <summary>Training stops with a <see cref="Learning.DivergenceException"/>; the meta-iteration then counts as not begun.</summary>
    Stop,
}

/// <summary>How the critic's learning rate develops over the meta-iterations.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It stays for the first half, then falls linearly to the final fraction.</summary>
    HalfThenLinear,

    /// <summary>It falls along half a cosine to the final fraction.</summary>
    Cosine,
}

/// <summary>The critic's optimiser.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Plain gradient descent.</summary>
    Sgd,
}
