using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Plots;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 3: the policies that meta-training visits.</summary>
internal sealed class Figure3Item : IPaperItem
{
    public string Name => "fig3";

    public string Title => "Figure 3: policy parameters visited during meta-training";

    public string Shown =>
        "Parameters θ of the point mass's policies during meta-training, dark at its beginning and light at its end: the method explores before it converges to the optimal policy.";

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

        return new(
            runs,
            summary,
            [new("Mean distance of visited policies from the optimal one, after their inner step (the paper gives no numbers)", ["meta-iterations", "distance, m"], rows)],
            [new("", "Policies visited in seed 0, one panel per start state, and the distance from the optimal policy: median over policies, with quartiles, of all seeds.", Draw(variant.Options, all, optima, shown))]);
    }

    private static Figure Draw(PointMassOptions options, List<(int Seed, VisitedPolicy Policy, double Distance)> all, double[][] optima, HashSet<int> iterations)
    {
        List<Chart> charts = [];
        for (int s = 0; s < optima.Length; s++)
        {
            VisitedPolicy[] shown = [.. all.Where(v => v.Seed == 0 && v.Policy.Start == s && iterations.Contains(v.Policy.Iteration)).Select(v => v.Policy)];
            charts.Add(new Chart($"start state {Format.Point(options.StartStates[s])}", new Scale("θ₁, m") { From = -3, To = 3 }, new Scale("θ₂, m") { From = -3, To = 3 },
            [
                new PointMark([.. shown.Select(p => p.Theta[0])], [.. shown.Select(p => p.Theta[1])])
                {
                    Values = [.. shown.Select(p => p.Iteration + 1.0)],
                    Shading = new Scale("meta-iteration") { Logarithmic = true, Tight = true, From = 1, To = options.Iterations },
                    Size = 2.2,
                },
                new PointMark([optima[s][0]], [optima[s][1]]) { Label = "optimal policy", Shape = PointShape.Star, Colour = Palette.Accent, Size = 6 },
            ])
            { Square = true });
        }

        double[][] byIteration = [.. all.GroupBy(v => v.Policy.Iteration).OrderBy(g => g.Key).Select(g => g.Select(v => v.Distance).Order().ToArray())];
        int[] places = [.. Enumerable.Range(0, byIteration.Length).Where(i => i % 4 == 0)];
        charts.Add(new Chart("all seeds", new Scale("meta-iteration") { Tight = true }, new Scale("distance from the optimum, m") { Logarithmic = true },
        [
            new LineMark([.. places.Select(i => (double)i)], [.. places.Select(i => Quantile(byIteration[i], 0.5))])
            {
                Low = [.. places.Select(i => Quantile(byIteration[i], 0.25))],
                High = [.. places.Select(i => Quantile(byIteration[i], 0.75))],
            },
        ]));
        return new("Policies visited during meta-training", charts) { Columns = 3, PanelWidth = 340, PanelHeight = 300 };
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
