using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Saving;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>
/// Fits a policy from scratch for each row of a table of goals, model-free, with a meta-trained critic
/// (Bechtle, Righetti and Meier 2022, Algorithm 3).
/// </summary>
/// <remarks>
/// <para>Input and output columns (names are those of <see cref="PolicyFittingEstimator.Options"/>):</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Goal (in)</term><description>vector of Single, or one Single column per joint: goal positions; rad or m</description></item>
/// <item><term>start state (in, optional)</term><description>vector of Single: positions, then velocities; rest at 0 without it</description></item>
/// <item><term>robot parameters (in, optional)</term><description>Single each, in the parameter's unit</description></item>
/// <item><term>seed (in, optional)</term><description>Single: a whole number from 0 to 16,777,215</description></item>
/// <item><term>Policy (out)</term><description>vector of Single: the policy's parameters, for <see cref="CreatePolicy"/></description></item>
/// <item><term>FinalState (out)</term><description>vector of Single: the last state of a roll-out; NaN if the policy diverged</description></item>
/// <item><term>Score (out)</term><description>Single: mean over joints of the squared final position error, rad² or m²; <see cref="DivergedScore"/> if the policy diverged or the error is greater</description></item>
/// <item><term>Label (out)</term><description>Single: 0</description></item>
/// <item><term>LearningCurve (out)</term><description>vector of Single of variable size: the error before each update and after the last; ends with NaN if the policy diverged</description></item>
/// <item><term>Steps (out)</term><description>Int32: policy updates made</description></item>
/// <item><term>Converged (out)</term><description>Boolean: whether the error fell to <see cref="PolicyLearnerOptions.Tolerance"/></description></item>
/// <item><term>Diverged (out)</term><description>Boolean: whether a state or a parameter became non-finite, so that Score is <see cref="DivergedScore"/></description></item>
/// </list>
/// <para>
/// Each update rolls the policy out in its environment, which is asked for nothing but Reset and Step, and takes
/// θ ← θ − α ∇_θ Σ_t M_φ(s_t, π_θ(s_t), g), where only the action carries the gradient.
/// </para>
/// <para>
/// Score and Label are what <c>mlContext.Regression.Evaluate</c> wants: its mean absolute error is the mean final-state
/// error. A diverged policy enters it with <see cref="DivergedScore"/>, the worst score there is; one among a hundred makes it
/// 1E10. <c>mlContext.MetaCritic().Evaluate</c> counts diverged policies apart.
/// </para>
/// <para>
/// What comes out for a row depends on that row alone. All rows of a table are fitted together, once, when the first value
/// is read; the results are kept with the table that <see cref="MetaCriticTransformer.Transform"/> returned. Row by row (in a prediction engine,
/// and in a model that ML.NET loaded) each row is fitted by itself, with the same result.
/// </para>
/// </remarks>
public sealed class PolicyFittingTransformer : MetaCriticTransformer, IPredictionTransformer<CriticModel>
{
    /// <summary>The score of a diverged policy, and the greatest of all: an error of a million rad or m in every joint.</summary>
    public const float DivergedScore = FittedPolicy.DivergedScore;

    private readonly FittingFunction _fitting;

    internal PolicyFittingTransformer(MLContext context, FittingFunction fitting)
        : base(context, fitting, (ml, file) => new FittingMapping().Save(ml, file, fitting))
    {
        _fitting = fitting;
        _fitting.Warn = message => context.Warn(nameof(PolicyFittingTransformer), message);
    }

    /// <summary>The critic that policies are fitted with.</summary>
    public CriticModel Model => _fitting.Critic;

    private protected override object Content => Model;

    /// <summary>The policy fitting in a model that ML.NET loaded, wherever in the chain it stands.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">What <c>mlContext.Model.Load</c> gave; a chain that was not saved will do too.</param>
    /// <param name="environments">
    /// Makes the environment for policies that are fitted together, copy i for task i; needed if
    /// <see cref="PolicyFittingEstimator.Options.Environments"/> was given before saving. Null for what was saved.
    /// </param>
    /// <exception cref="InvalidInputException">There is no policy fitting in it, or more than one, or it needs a newer version.</exception>
    public static PolicyFittingTransformer From(
        MLContext context, ITransformer model, Func<IReadOnlyList<FittingTask>, IEnvironment>? environments = null) =>
        new FittingMapping().Single<PolicyFittingTransformer>(context, model, fitting => new(context, fitting.In(environments)));

    /// <summary>Fits the policies of a table at once and returns them as objects.</summary>
    /// <param name="input">The table.</param>
    /// <returns>One per row, in the table's order.</returns>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, or a value is not usable; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<PolicyFit> FitRows(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _fitting.FitRows(input);
    }

    /// <summary>The policy with the parameters of a row.</summary>
    /// <param name="parameters">The value of the column Policy.</param>
    /// <param name="goal">The row's goal, one component per joint.</param>
    /// <exception cref="InvalidInputException">There are too many or too few of one, or one is not finite.</exception>
    public PolicyModel CreatePolicy(ReadOnlySpan<float> parameters, IReadOnlyList<double> goal) => Model.CreatePolicy(parameters, goal);
}
