using System.Globalization;
using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Plots;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>Section 4.1 and Appendix A, computed.</summary>
internal sealed class AnalysisItem : IPaperItem
{
    private const double Alpha = 0.5;

    private static readonly double[] StartStates = [-6, -3, 2];
    private static readonly double[] Goals = [0, 2];
    private static readonly double[] Policies = [1, 2.5, 5];

    public string Name => "analysis";

    public string Title => "Section 4.1, Figures 8 and 9: what three critics converge to";

    public string Shown =>
        "A point s' = s + a, a policy π(s) = θ, two steps, critics (s + a)²φ, and a cost (s₂ − g)² at the end. The paper derives, for " +
        "s₀ = −6 and g = 0, that the meta-learned critic leads to the optimal policy θ = 3 and supervised Q-learning and the meta critic of Zhou et al. do not.";

    public PaperResult Run(PaperContext context)
    {
        context.Begin(1);
        return context.Part(_ => Compute());
    }

    private static PaperResult Compute()
    {
        Sheet runs = new(
            "start", "goal", "alpha", "theta", "theta_optimal", "phi_meta", "phi_meta_attached", "theta_after_meta_step", "phi_supervised", "theta_supervised", "theta_supervised_loop", "beta_meta_critic", "theta_meta_critic");
        Sheet summary = new("start", "goal", "method", "theta_reached", "theta_optimal", "error");
        foreach (double start in StartStates)
        {
            foreach (double goal in Goals)
            {
                foreach (double theta in Policies)
                {
                    WorkedExample e = new(start, goal, Alpha, theta);
                    double beta = e.MetaCriticParameter(e.SupervisedParameter);
                    runs.Add(
                        start, goal, Alpha, theta, e.OptimalTheta, e.MetaLearnedParameter(), e.MetaLearnedParameter(StateHandling.Attached), e.UpdatedTheta(e.MetaLearnedParameter()),
                        e.SupervisedParameter, e.SupervisedStationaryTheta, e.SupervisedLoopTheta, beta, e.UpdatedThetaOfBoth(e.SupervisedParameter, beta));
                }

                WorkedExample loop = new(start, goal, Alpha);
                foreach ((string method, double reached) in Reached(loop))
                {
                    summary.Add(start, goal, method, reached, loop.OptimalTheta, Math.Abs(reached - loop.OptimalTheta));
                }
            }
        }

        WorkedExample paper = new(-6, 0, Alpha);
        IReadOnlyList<double> minima = ScalarMinima.Find(theta => SupervisedValue(paper, theta), 0, 8);
        return new(runs, summary, [Table(paper, minima)], [Figure8(paper), Figure9(paper)])
        {
            Remarks =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"With φ set to its fixed point at each θ, supervised Q has minima at θ = {minima[0]:0.###} and {minima[1]:0.###}; its policy gradient, which holds states and φ constant, vanishes at 3 (without changing sign) and at 4, where Figure 8 has the second minimum. For the s₁ = −5 of a roll-out with θ = 1, Eq. 16 gives 5.5."),
                "The meta-learned critic's gradient at its fixed point is s₀ + 2θ − g for α = ½: one zero, the optimal policy. Its parameter goes to 0 there, and has a pole where s₀ + s₁ + 2θ = 0 (θ = 4); a critic frozen at any other φ has its stationary point at −(s₀ + s₁)/2, as supervised Q has. It is the loop that recovers the optimum, not a frozen critic of this form.",
            ],
        };
    }

    private static (string Method, double Theta)[] Reached(WorkedExample e) =>
    [
        ("meta-learned critic", Iterate(e, x => x.UpdatedTheta(x.MetaLearnedParameter()))),
        ("supervised Q, s1 of the roll-out", e.SupervisedStationaryTheta),
        ("supervised Q, loop with the model", e.SupervisedLoopTheta),
        ("meta critic, s1 of the roll-out", e.UpdatedThetaOfBoth(e.SupervisedParameter, e.MetaCriticParameter(e.SupervisedParameter))),
    ];

    // Outer and inner loop in turn, each to its fixed point, until θ stands still.
    private static double Iterate(WorkedExample e, Func<WorkedExample, double> step)
    {
        for (int i = 0; i < 100 && e.Theta != e.OptimalTheta; i++)
        {
            e = e with { Theta = step(e) };
        }

        return e.Theta;
    }

    private static double SupervisedValue(WorkedExample e, double theta)
    {
        WorkedExample at = e with { Theta = theta };
        return at.CriticValue(at.SupervisedParameter);
    }

    private static PaperTable Table(WorkedExample e, IReadOnlyList<double> minima)
    {
        (string Method, double Theta)[] reached = Reached(e);
        return new(
            "s₀ = −6, g = 0, α = ½, roll-out with θ = 1 (s₁ = −5)",
            ["quantity", "paper", "ours"],
            [
                ["optimal θ", "3", Format.Short(e.OptimalTheta)],
                ["meta-learned critic: φ (Eq. 18)", "2/9 = 0.2222", Format.Short(e.MetaLearnedParameter())],
                ["meta-learned critic: φ, gradient through the states too", "–", Format.Short(e.MetaLearnedParameter(StateHandling.Attached))],
                ["meta-learned critic: ∂L_task/∂φ at φ = 0 (Eq. 42)", "-72", Format.Short(e.TaskLossGradient(0))],
                ["meta-learned critic: θ reached", "3", Format.Short(reached[0].Theta)],
                ["supervised Q: φ (Eq. 30)", "–", Format.Short(e.SupervisedParameter)],
                ["supervised Q: θ reached (Eq. 16)", "5.5", Format.Short(reached[1].Theta)],
                ["supervised Q: θ reached by the loop with the model", "4 or 3", Format.Short(reached[2].Theta)],
                ["supervised Q: second minimum of its value", "4", Format.Short(minima[1])],
                ["meta critic: θ reached (Eq. 61)", Format.Short(11.0 / 82), Format.Short(reached[3].Theta)],
            ]);
    }

    private static PaperFigure Figure8(WorkedExample e)
    {
        double[] thetas = Thetas();
        WorkedExample[] at = [.. thetas.Select(theta => e with { Theta = theta })];
        return new("fig8", "Figure 8: supervised Q with φ at its fixed point for each θ, its policy gradient, and Q_true. s₀ = −6, g = 0.", new(
            "Supervised Q, its gradient and the true Q over theta",
            [
                new Chart("Value", new Scale("θ") { Tight = true }, new Scale("Σ Q") { From = -1, To = 20 },
                [
                    new LineMark(thetas, [.. at.Select(x => x.TrueCost)]) { Label = "Q_true", Colour = Palette.Ink, Dashes = "5 4" },
                    new LineMark(thetas, [.. at.Select(x => x.CriticValue(x.SupervisedParameter))]) { Label = "supervised Q", Colour = Palette.Series(1) },
                    new PointMark([3], [0]) { Label = "optimal policy", Shape = PointShape.Star, Colour = Palette.Accent, Size = 5 },
                ]),
                new Chart("Gradient", new Scale("θ") { Tight = true }, new Scale("∂/∂θ") { From = -12, To = 12 },
                [
                    new LineMark([thetas[0], thetas[^1]], [0, 0]) { Colour = Palette.Ink },
                    new LineMark(thetas, [.. at.Select(x => x.TrueGradient)]) { Colour = Palette.Ink, Dashes = "5 4" },
                    new LineMark(thetas, [.. at.Select(x => x.CriticGradient(x.SupervisedParameter))]) { Colour = Palette.Series(1) },
                    new PointMark([3], [0]) { Shape = PointShape.Star, Colour = Palette.Accent, Size = 5 },
                ]),
            ])
        { Columns = 2, PanelWidth = 420, PanelHeight = 330 });
    }

    private static PaperFigure Figure9(WorkedExample e)
    {
        double[] thetas = Thetas();
        WorkedExample[] at = [.. thetas.Select(theta => e with { Theta = theta })];
        double[] gradient = [.. at.Select(x => x.MetaLearnedGradient)];

        // The landscape that belongs to the gradient: its integral, 0 at the optimum.
        double[] value = [.. at.Select(x => x.MetaLearnedGradient * (x.Theta - x.OptimalTheta) / 2)];
        return new("fig9", "Figure 9: the meta-learned critic with φ at its fixed point for each θ: its policy gradient, the landscape that this gradient descends (its integral), the value L_critic itself, which has a pole at θ = 4, and Q_true. s₀ = −6, g = 0.", new(
            "The meta-learned critic, its gradient and the true Q over theta",
            [
                new Chart("Value", new Scale("θ") { Tight = true }, new Scale("Σ L_critic") { From = -10, To = 20 },
                [
                    new LineMark(thetas, [.. at.Select(x => x.TrueCost)]) { Label = "Q_true", Colour = Palette.Ink, Dashes = "5 4" },
                    new LineMark(thetas, value) { Label = "meta-learned critic, integral of its gradient", Colour = Palette.Series(0) },
                    new LineMark(thetas, [.. at.Select(Value)]) { Label = "meta-learned critic, value", Colour = Palette.Series(2), Dashes = "2 3" },
                    new PointMark([3], [0]) { Label = "optimal policy", Shape = PointShape.Star, Colour = Palette.Accent, Size = 5 },
                ]),
                new Chart("Gradient", new Scale("θ") { Tight = true }, new Scale("∂/∂θ") { From = -12, To = 12 },
                [
                    new LineMark([thetas[0], thetas[^1]], [0, 0]) { Colour = Palette.Ink },
                    new LineMark(thetas, [.. at.Select(x => x.TrueGradient)]) { Colour = Palette.Ink, Dashes = "5 4" },
                    new LineMark(thetas, gradient) { Colour = Palette.Series(0) },
                    new PointMark([3], [0]) { Shape = PointShape.Star, Colour = Palette.Accent, Size = 5 },
                ]),
            ])
        { Columns = 2, PanelWidth = 420, PanelHeight = 330 });

        // No line across the pole.
        static double Value(WorkedExample x) => Math.Abs(x.Theta - x.SupervisedLoopTheta) < 0.03 ? double.NaN : x.CriticValue(x.MetaLearnedParameter());
    }

    private static double[] Thetas() => [.. Enumerable.Range(0, 301).Select(i => i * 0.02)];
}
