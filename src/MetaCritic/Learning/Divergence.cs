namespace MetaCritic.Learning;

/// <summary>Where a value that is not finite was found.</summary>
public enum DivergencePlace
{
    /// <summary>A state of a roll-out is not finite, or beyond 10⁶.</summary>
    RollOut,

    /// <summary>The task loss, or the critic's loss of a policy, is not finite.</summary>
    Loss,

    /// <summary>The gradient of a policy or of the critic is not finite.</summary>
    Gradient,
}

/// <summary>A policy that diverged: where, and the value found.</summary>
/// <param name="Iteration">Number of the meta-iteration, or of the policy update, from 0.</param>
/// <param name="Goal">Row of the training goal, or index of the fitting task, from 0.</param>
/// <param name="Joint">Which joint, in the order of the positions, from 0; −1 where states are no positions and velocities of joints.</param>
/// <param name="Place">Where the value was found.</param>
/// <param name="Message">All of it as a sentence without a full stop, with the joint's name; goals and iterations counted from 1.</param>
public sealed record Divergence(int Iteration, int Goal, int Joint, DivergencePlace Place, string Message);
