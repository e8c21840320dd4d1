namespace MetaCritic.Analysis;

/// <summary>
/// The example of Section 4.1 and Appendix A, computed: s' = s + a, π(s) = θ, T = 2, critics of the form (s + a)²·parameter,
/// cost (s₂ − g)² at the end. Scalars; positions in m, actions in m per step.
/// </summary>
/// <remarks>
/// Equation numbers are the paper's. Where a printed equation contains a slip, what is computed here is right, and
/// docs/differences-from-the-paper.md says what differs.
/// </remarks>
/// <param name="StartState">s₀.</param>
/// <param name="Goal">g.</param>
/// <param name="PolicyLearningRate">α of the inner step; the paper takes ½.</param>
/// <param name="Theta">θ of the policy that the roll-out was collected with.</param>
public sealed record WorkedExample(double StartState, double Goal, double PolicyLearningRate = 0.5, double Theta = 1)
{
    /// <summary>s₁ = s₀ + θ.</summary>
    public double NextState => StartState + Theta;

    /// <summary>s₂ = s₀ + 2θ.</summary>
    public double FinalState => StartState + (2 * Theta);

    /// <summary>The optimal policy, θ* = (g − s₀)/2 (Eq. 19).</summary>
    public double OptimalTheta => (Goal - StartState) / 2;

    /// <summary>Q_true = r₀ + r₁ + r₂ = (s₂ − g)², as a function of θ.</summary>
    public double TrueCost => Square(FinalState - Goal);

    /// <summary>dQ_true/dθ, through both steps.</summary>
    public double TrueGradient => 4 * (FinalState - Goal);

    /// <summary>Σ_t (s_t + θ)²·parameter of a critic along the roll-out.</summary>
    /// <param name="parameter">The critic's parameter, φ₁.</param>
    public double CriticValue(double parameter) => parameter * (Square(StartState + Theta) + Square(NextState + Theta));

    /// <summary>∇_θ Σ_t (s_t + θ)²·parameter (Eq. 15, 31, 36 with detached states).</summary>
    /// <param name="parameter">The critic's parameter, φ₁.</param>
    /// <param name="states">Whether s₁ is held constant.</param>
    public double CriticGradient(double parameter, StateHandling states = StateHandling.Detached) => parameter * Slope(states);

    /// <summary>θ_new = θ − α ∇_θ Σ_t L_critic (Eq. 3, 37).</summary>
    /// <param name="parameter">The critic's parameter, φ₁.</param>
    /// <param name="states">Whether s₁ is held constant.</param>
    public double UpdatedTheta(double parameter, StateHandling states = StateHandling.Detached) =>
        Theta - (PolicyLearningRate * CriticGradient(parameter, states));

    /// <summary>L_task = (s₀ + 2θ_new − g)² (Eq. 40).</summary>
    /// <param name="parameter">The critic's parameter, φ₁.</param>
    /// <param name="states">Whether s₁ is held constant in the inner step.</param>
    public double TaskLoss(double parameter, StateHandling states = StateHandling.Detached) =>
        Square(StartState + (2 * UpdatedTheta(parameter, states)) - Goal);

    /// <summary>∇_φ L_task (Eq. 41; Eq. 42 as printed lacks its factor 2).</summary>
    /// <param name="parameter">The critic's parameter, φ₁.</param>
    /// <param name="states">Whether s₁ is held constant in the inner step.</param>
    public double TaskLossGradient(double parameter, StateHandling states = StateHandling.Detached) =>
        2 * (StartState + (2 * UpdatedTheta(parameter, states)) - Goal) * (-2 * PolicyLearningRate * Slope(states));

    /// <summary>
    /// The meta-learned critic's fixed point, ∇_φ L_task = 0 (Eq. 18 and 46 for α = ½): one inner step then reaches the goal.
    /// </summary>
    /// <param name="states">Whether s₁ is held constant in the inner step.</param>
    /// <returns>φ*; not finite where the inner gradient vanishes at every φ.</returns>
    public double MetaLearnedParameter(StateHandling states = StateHandling.Detached) =>
        (FinalState - Goal) / (2 * PolicyLearningRate * Slope(states));

    /// <summary>∇_θ L_critic with the critic at its fixed point for this θ (Eq. 47-48): (s₀ + 2θ − g)/(2α), whose only zero is the optimal policy.</summary>
    public double MetaLearnedGradient => (FinalState - Goal) / (2 * PolicyLearningRate);

    /// <summary>The supervised loss δ of Q on the roll-out (Eq. 22-25, γ = 1).</summary>
    /// <param name="parameter">φ₁.</param>
    public double SupervisedLoss(double parameter) =>
        Square(parameter * (Square(StartState + Theta) - Square(NextState + Theta))) + Square((parameter * Square(NextState + Theta)) - TrueCost);

    /// <summary>∇_φ δ (Eq. 27), of both sides of the difference.</summary>
    /// <param name="parameter">φ₁.</param>
    public double SupervisedLossGradient(double parameter) =>
        2 * ((parameter * SupervisedCurvature) - (Square(NextState + Theta) * TrueCost));

    /// <summary>Supervised Q-learning's fixed point (Eq. 11, 30).</summary>
    public double SupervisedParameter => Square(NextState + Theta) * TrueCost / SupervisedCurvature;

    /// <summary>Where the policy gradient of supervised Q vanishes for the s₁ of the roll-out, θ = −(s₀ + s₁)/2 (Eq. 16, 35).</summary>
    public double SupervisedStationaryTheta => -(StartState + NextState) / 2;

    /// <summary>The same with s₁ = s₀ + θ followed by the loop (Appendix A.1, model known): 2s₀ + 3θ = 0.</summary>
    public double SupervisedLoopTheta => -2 * StartState / 3;

    /// <summary>Local minima of the value of supervised Q, fitted anew for each θ, over θ.</summary>
    /// <param name="from">Least θ.</param>
    /// <param name="to">Greatest θ.</param>
    /// <returns>Where they lie, in ascending order.</returns>
    public IReadOnlyList<double> SupervisedMinima(double from, double to) => ScalarMinima.Find(
        theta =>
        {
            WorkedExample at = this with { Theta = theta };
            return at.CriticValue(at.SupervisedParameter);
        },
        from,
        to);

    /// <summary>θ after the update with both critics of Zhou et al. (Appendix A.3): θ − α ∇_θ Σ_t (Q + Q_meta).</summary>
    /// <param name="critic">φ₁ of the ordinary critic.</param>
    /// <param name="metaCritic">β₁ of the meta critic.</param>
    public double UpdatedThetaOfBoth(double critic, double metaCritic) => UpdatedTheta(critic + metaCritic);

    /// <summary>The meta critic's learning signal: Q of the updated policy at the states of the roll-out (Eq. 52).</summary>
    /// <param name="critic">φ₁ of the ordinary critic.</param>
    /// <param name="metaCritic">β₁ of the meta critic.</param>
    public double MetaCriticLoss(double critic, double metaCritic)
    {
        double theta = UpdatedThetaOfBoth(critic, metaCritic);
        return critic * (Square(StartState + theta) + Square(NextState + theta));
    }

    /// <summary>Its gradient with respect to β₁ (Eq. 53 as printed lacks −2α·φ₁ and squares the sum).</summary>
    /// <param name="critic">φ₁ of the ordinary critic.</param>
    /// <param name="metaCritic">β₁ of the meta critic.</param>
    public double MetaCriticLossGradient(double critic, double metaCritic) =>
        2 * critic * (StartState + NextState + (2 * UpdatedThetaOfBoth(critic, metaCritic))) * (-PolicyLearningRate * Slope(StateHandling.Detached));

    /// <summary>The meta critic's fixed point (in place of Eq. 58): β = 1/(4α) − φ₁, which sends θ to −(s₀ + s₁)/2, like supervised Q.</summary>
    /// <param name="critic">φ₁ of the ordinary critic.</param>
    public double MetaCriticParameter(double critic) => (1 / (4 * PolicyLearningRate)) - critic;

    private double SupervisedCurvature
    {
        get
        {
            double first = Square(StartState + Theta);
            double second = Square(NextState + Theta);
            return Square(first - second) + Square(second);
        }
    }

    // ∇_θ Σ_t (s_t + θ)²: 2(s₀ + s₁ + 2θ) with s₁ constant; with s₁ = s₀ + θ its second term counts twice.
    private double Slope(StateHandling states) =>
        2 * (StartState + Theta + ((states == StateHandling.Detached ? 1 : 2) * (NextState + Theta)));

    private static double Square(double x) => x * x;
}
