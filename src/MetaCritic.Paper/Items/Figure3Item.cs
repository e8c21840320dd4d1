using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using OxyPlot.Axes;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 3: the policies that meta-training visits.</summary>
internal sealed class Figure3Item : IPaperItem
{
    public string Name => "fig3";

    public string Title => "Figure 3: policy parameters visited during meta-training";

    public string Shown =>
        "Where the policies of the point mass are in the space of their parameters θ during meta-training, dark at its beginning and light at its end. The method explores before it converges to the optimal policy.";

    public PaperResult Run(PaperContext context)
    {
        (string Name, PointMassOptions Options) variant = PointMassStudies.Variants(context)[0];
        context.Begin(context.Seeds);
        Sheet runs = new("seed", "start", "start_0", "start_1", "iteration", "theta_0", "theta_1", "distance");
        Sheet summary = new("start", "from_iteration", "to_iteration", "seeds", "distance", "distance_low", "distance_high");
        double[][] optima = [.. variant.Options.StartStates.Select(start => PointMassCosts.Optimum(start, variant.Options.TrainingGoal, variant.Options.Horizon))];
        HashSet<int> shown = Sampled(variant.Options.Iterations);
        List<(int Seed, VisitedPolicy Policy, double Distance)> all = [];
        for (int seed = 0; seed < context.Seeds; seed++)
        {
            foreach (VisitedPolicy policy in PointMassStudies.Train(context, variant, seed).Visited)
            {
                double[] optimum = optima[policy.Start];
                double distance = double.Hypot(policy.Theta[0] - optimum[0], policy.Theta[1] - optimum[1]);
                all.Add((seed, policy, distance));
                if (shown.Contains(policy.Iteration))
                {
                    IReadOnlyList<double> start = variant.Options.StartStates[policy.Start];
                    runs.Add(seed, policy.Start, start[0], start[1], policy.Iteration, policy.Theta[0], policy.Theta[1], distance);
                }
            }
        }

        List<string[]> rows = [];
        for (int s = 0; s < optima.Length; s++)
        {
            for (int part = 0; part < 4; part++)
            {
                int from = part * variant.Options.Iterations / 4;
                int to = ((part + 1) * variant.Options.Iterations / 4) - 1;
                Statistic distance = Statistic.Of(all
                    .Where(v => v.Policy.Start == s && v.Policy.Iteration >= from && v.Policy.Iteration <= to)
                    .GroupBy(v => v.Seed)
                    .Select(seed => seed.Average(v => v.Distance)));
                summary.Add(s, from, to, distance.Count, distance.Mean, distance.Low, distance.High);
                rows.Add([FormattableString.Invariant($"start state {s + 1}, meta-iterations {from} to {to}"), distance.Text()]);
            }
        }

        Sheet distances = new("iteration", "median", "low_quartile", "high_quartile");
        foreach (var iteration in all.GroupBy(v => v.Policy.Iteration).OrderBy(g => g.Key).Where((_, i) => i % 4 == 0))
        {
            double[] sorted = [.. iteration.Select(v => v.Distance).Order()];
            distances.Add(iteration.Key, Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        }

        return new(
            new(runs, summary, distances),
            [new("Mean distance of visited policies from the optimal one, after their inner step (the paper gives no numbers)", ["meta-iterations", "distance, m"], rows)]);
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets)
    {
        IReadOnlyList<SheetRow> distances = sheets.Points.Rows;
        Panel course = new("all seeds", Axes.Linear("meta-iteration", padding: 0), Axes.Logarithmic("distance from the optimum, m"));
        course.Line(Method.MetaLearned, Column("iteration"), Column("median"), Column("low_quartile"), Column("high_quartile"));
        List<Panel> panels = [course];
        Axis colours = Axes.LogarithmicColours("meta-iteration", 1, Math.Pow(10, Math.Ceiling(Math.Log10(distances[^1].Number("iteration")))), marksAbove: false);
        foreach (var start in sheets.Runs.Rows.Where(row => row["seed"] == "0").GroupBy(row => row["start"]))
        {
            double[] state = [start.First().Number("start_0"), start.First().Number("start_1")];
            PointMassOptions options = new();
            double[] optimum = PointMassCosts.Optimum(state, options.TrainingGoal, options.Horizon);
            Panel panel = new($"start state {Format.Point(state)}", Axes.Linear("θ_{1}, m", -3, 3), Axes.Linear("θ_{2}, m", -3, 3));
            panel.Points(start.Select(row => (row.Number("theta_0"), row.Number("theta_1"), row.Number("iteration") + 1)), colours);
            panel.Star("optimal policy", optimum[0], optimum[1]);
            panels.Add(panel);
        }

        return
        [
            new("", "Left: how far visited policies are from the optimal one, as median and quartiles over the policies of all seeds. Right: the policies visited in seed 0, one panel per start state.", new(
                "Policies visited during meta-training", panels) { Columns = 3, PlotWidth = 240, PlotHeight = 240 }),
        ];

        double[] Column(string name) => [.. distances.Select(row => row.Number(name))];
    }

    // Most of the way is made early: each of the first, then ever fewer of the later ones.
    private static HashSet<int> Sampled(int iterations)
    {
        HashSet<int> shown = [];
        for (double i = 0; i < iterations; i = Math.Max(i + 1, i * 1.1))
        {
            shown.Add((int)i);
        }

        return shown;
    }

    private static double Quantile(double[] sorted, double p) => sorted[(int)Math.Round(p * (sorted.Length - 1))];
}
