using MetaCritic.Models;
using MetaCritic.Networks;

namespace MetaCritic.Baselines;

/// <summary>
/// What the baselines' networks see. The critic's row is that of <see cref="NetworkInputs"/>, (s, a, g) with s relative to
/// the goal; the policy's row is the same without the action, so that one policy serves all goals (s ← s − g, Section 4.2.1).
/// </summary>
internal sealed class ActorCriticInputs
{
    public ActorCriticInputs(int stateSize, int actionSize, int positionSize, DdpgOptions options)
    {
        Networks = new(stateSize, actionSize, positionSize, options.ToTraining());
        GoalSize = Critic.Size(0) - stateSize - actionSize;
        Policy = new(new MlpShape([stateSize + GoalSize, .. options.PolicyHidden, actionSize], options.PolicyActivation, Networks.Policy.Shape.Output));
    }

    public NetworkInputs Networks { get; }

    public MlpLayout Policy { get; }

    public MlpLayout Critic => Networks.Critic;

    public int StateSize => Networks.StateSize;

    public int ActionSize => Networks.ActionSize;

    /// <summary>Trailing components of the critic's row that describe the goal; 0 for relative input.</summary>
    public int GoalSize { get; }

    /// <summary>Components of the critic's row, without padding.</summary>
    public int RowLength => Critic.Size(0);

    /// <summary>Action per unit of the policy's output.</summary>
    public double ActionUnit => Networks.ActionUnit;

    /// <summary>Input of the critic per unit of the policy's output.</summary>
    public double CriticUnit => Networks.CriticUnit;

    // A transition in the replay buffer: the critic's row at (s, a, g), the cost, and the state part of the row at s'.
    public int CostOffset => RowLength;

    public int NextOffset => RowLength + 1;

    public int TransitionLength => RowLength + 1 + StateSize;
}
