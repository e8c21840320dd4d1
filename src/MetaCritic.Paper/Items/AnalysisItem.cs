using System.Globalization;
using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
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
        "The smallest example: a point s' = s + a, a policy π(s) = θ, two steps, critics (s + a)²φ, and a cost (s₂ − g)² at the end. For " +
        "s₀ = −6 and g = 0 the paper derives that the meta-learned critic leads to the optimal policy θ = 3, and that supervised Q-learning and the meta critic of Zhou et al. do not.";

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
        IReadOnlyList<double> minima = paper.SupervisedMinima(0, 8);
        return new(new(runs, summary, Curves(paper)), [Table(paper, minima)])
        {
            Remarks =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"With φ set to its fixed point at each θ, supervised Q has minima at θ = {minima[0]:0.###} and {minima[1]:0.###}. Its policy gradient holds states and φ constant. It vanishes at 3, without a change of sign, and at 4, where Figure 8 has the second minimum. For s₁ = −5, from a roll-out with θ = 1, Eq. 16 gives 5.5."),
                "For α = ½ the gradient of the meta-learned critic at its fixed point is s₀ + 2θ − g. It has one zero, the optimal policy. There the critic's parameter is 0; where s₀ + s₁ + 2θ = 0 (θ = 4), it has a pole. A critic that is frozen at any other φ has its stationary point at −(s₀ + s₁)/2, like supervised Q. So the optimum comes from the loop of both levels, not from a frozen critic of this form.",
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

    private static Sheet Curves(WorkedExample e)
    {
        Sheet curves = new("theta", "true_cost", "true_gradient", "supervised_value", "supervised_gradient", "learned_value", "learned_gradient", "learned_integral", "optimum");
        foreach (double theta in Enumerable.Range(0, 301).Select(i => i * 0.02))
        {
            WorkedExample x = e with { Theta = theta };

            // No value at the pole. The integral is the landscape that belongs to the gradient, 0 at the optimum.
            double value = Math.Abs(theta - x.SupervisedLoopTheta) < 0.03 ? double.NaN : x.CriticValue(x.MetaLearnedParameter());
            curves.Add(
                theta, x.TrueCost, x.TrueGradient, x.CriticValue(x.SupervisedParameter), x.CriticGradient(x.SupervisedParameter), value, x.MetaLearnedGradient,
                x.MetaLearnedGradient * (theta - x.OptimalTheta) / 2, x.OptimalTheta);
        }

        return curves;
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("fig8", "Figure 8: supervised Q with φ at its fixed point for each θ, its policy gradient, and the true Q. s₀ = −6, g = 0.", Draw(
            "Supervised Q, its gradient and the true Q over theta",
            sheets.Points,
            [(Method.Supervised, "supervised_value")],
            (Method.Supervised, "supervised_gradient"))),
        new(
            "fig9",
            "Figure 9: the learned critic with φ at its fixed point for each θ. Shown are its policy gradient, the landscape that this gradient descends (its integral), the value of the critic itself, which has a pole at θ = 4, and the true Q. s₀ = −6, g = 0.",
            Draw(
                "The learned critic, its gradient and the true Q over theta",
                sheets.Points,
                [(Method.MetaLearned with { Label = "learned critic (in the left panel, the integral of its gradient)" }, "learned_integral"), (Method.MetaLearned with { Label = "learned critic, value", Stroke = Stroke.Dotted }, "learned_value")],
                (Method.MetaLearned with { Label = "learned critic (in the left panel, the integral of its gradient)" }, "learned_gradient"))),
    ];

    private static Figure Draw(string title, Sheet curves, IReadOnlyList<(Method Method, string Column)> values, (Method Method, string Column) gradient)
    {
        double optimum = curves.Rows[0].Number("optimum");
        Panel left = new("Value", Axes.Linear("θ", padding: 0), Axes.Linear("sum of the costs", -10, 20));
        Panel right = new("Gradient", Axes.Linear("θ", padding: 0), Axes.Linear("derivative of the sum by θ", -12, 12));
        right.Level(0);
        Add(left, Method.TrueQ, "true_cost");
        Add(right, Method.TrueQ, "true_gradient");
        foreach ((Method method, string column) in values)
        {
            Add(left, method, column);
        }

        Add(right, gradient.Method, gradient.Column);
        left.Star("optimal policy", optimum, 0);
        right.Star("optimal policy", optimum, 0);
        return new(title, [left, right]) { Columns = 2, PlotWidth = 350, PlotHeight = 270 };

        void Add(Panel panel, Method method, string column) =>
            panel.Line(method, [.. curves.Rows.Select(row => row.Number("theta"))], [.. curves.Rows.Select(row => row.Number(column))]);
    }
}
