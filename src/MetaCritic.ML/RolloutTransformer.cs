using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Saving;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Rolls the fitted policy of each row out and adds where it goes. Thread-safe; computes nothing before a cursor asks.</summary>
/// <remarks>
/// <para>Input and output columns (names are those of <see cref="RolloutEstimator.Options"/>). S is the number of control steps:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Policy (in)</term><description>vector of Single: the policy's parameters, from <see cref="PolicyFittingTransformer"/></description></item>
/// <item><term>Goal (in)</term><description>vector of Single, or one Single column per joint: goal positions; rad or m</description></item>
/// <item><term>start state (in, optional)</term><description>vector of Single: positions, then velocities; rest at 0 without it</description></item>
/// <item><term>robot parameters (in, optional)</term><description>Single each, in the parameter's unit</description></item>
/// <item><term>TrajectoryTime (out)</term><description>vector of Single, [S + 1]: s</description></item>
/// <item><term>TrajectoryPositions (out)</term><description>vector of Single, [(S + 1) × joints]: time after time, rad or m</description></item>
/// <item><term>TrajectoryVelocities (out)</term><description>vector of Single, [(S + 1) × joints]: rad/s or m/s</description></item>
/// <item><term>TrajectoryTorques (out)</term><description>vector of Single, [(S + 1) × joints]: what the drives do from each time on, N·m or N</description></item>
/// <item><term>TrajectoryEndEffector (out)</term><description>vector of Single, [(S + 1) × 3]: m</description></item>
/// <item><term>TrajectoryErrors (out)</term><description>vector of Single, [S + 1]: mean over joints of the squared position error, rad² or m²</description></item>
/// </list>
/// <para>The vectors are of variable size: where the state leaves the finite range, the trajectory ends before S steps.</para>
/// </remarks>
public sealed class RolloutTransformer : MetaCriticTransformer
{
    private readonly RolloutFunction _rollout;

    internal RolloutTransformer(MLContext context, RolloutFunction rollout)
        : base(context, rollout, (ml, file) => new RolloutMapping().Save(ml, file, rollout)) => _rollout = rollout;

    private protected override object Content => $"{_rollout.Settings.Steps} steps, policies of {_rollout.Critic}";

    /// <summary>The roll-outs in a model that ML.NET loaded, wherever in the chain they stand.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <exception cref="InvalidInputException">There is none in it, or more than one, or it needs a newer version.</exception>
    public static RolloutTransformer From(MLContext context, ITransformer model) =>
        new RolloutMapping().Single<RolloutTransformer>(context, model, rollout => new(context, rollout));
}
