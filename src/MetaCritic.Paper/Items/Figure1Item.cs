using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Plots;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 1: landscapes and gradient fields of Q_true, supervised Q and the meta-learned critic.</summary>
internal sealed class Figure1Item : IPaperItem
{
    private const int GridPoints = 25;
    private const int ArrowEvery = 2;
    private const int DescentPoints = 5;
    private const int DescentSteps = 200;
    private const double Near = 0.2;

    private const string Learned = "meta-learned critic";
    private const string Supervised = "supervised Q, same data";
    private const string OnPolicy = "supervised Q, own data";

    public string Name => "fig1";

    public string Title => "Figure 1: landscapes of the point mass";

    public string Shown =>
        "One goal, two start states, a policy of two parameters. The paper shows, without numbers, that the landscape and the gradient field of the " +
        "meta-learned critic resemble those of the true Q, also for two goals not seen in training, and that those of a Q learned supervised do not.";

    public PaperResult Run(PaperContext context)
    {
        IReadOnlyList<(string Name, PointMassOptions Options)> variants = PointMassStudies.Variants(context);
        context.Begin(2 * variants.Count * context.Seeds);
        Sheet runs = new(
            "variant", "method", "seed", "start_0", "start_1", "goal", "goal_0", "goal_1", "cosine", "value_correlation", "theta_0", "theta_1", "optimum_0", "optimum_1", "distance", "along_starts", "across_starts", "near", "diverged");
        List<Outcome> outcomes = [];
        PointMassStudy? first = null;
        foreach ((string Name, PointMassOptions Options) variant in variants)
        {
            for (int seed = 0; seed < context.Seeds; seed++)
            {
                PointMassStudy study = PointMassStudies.Train(context, variant, seed);
                first ??= study;
                (string, double[])[] goals = [.. PointMassStudies.Goals, .. variant.Name == PointMassStudies.Main ? PointMassStudies.DrawnGoals(context) : []];
                outcomes.AddRange(context.Part(_ => Measure(context, variant.Name, study, seed, goals)));
            }
        }

        outcomes.ForEach(outcome => outcome.AddTo(runs));
        Outcome[] shown = [.. outcomes.Where(o => PointMassStudies.Goals.Any(goal => goal.Name == o.GoalName))];
        Outcome[] drawn = [.. outcomes.Except(shown)];
        return new(runs, Summarise(outcomes), [.. Tables(shown), Drawn(drawn)], Figures(first!, shown, context.Seeds))
        {
            Remarks =
            [
                "Cosine: mean over a grid of 25 × 25 policies of the cosine between the gradient and that of the true Q. Distance: of the policy reached from the optimal one, median over 25 policies that follow the gradient for 200 steps. Means over two start states; intervals over seeds. The drawn goals were drawn after all settings had been fixed; a goal's mean over start states and seeds says which is the worst. Both sets of data for supervised Q are as large as that of the meta-learned critic.",
                "Along, across: components of that distance along the line through the two start states and across it. Correlation: of the values over the grid; the meta-learned critic is trained for its gradient only, with the states held constant, so that the minimum of its value need not lie where its gradient vanishes.",
                "Two start states determine what a critic of s − g learns in the direction of their difference only. Across it, how much of s − g is learned and how much is taken for a constant is left to the network: that is where the optimum of unseen goals is displaced. A larger scale of the input, or start states that are not on one line, settle it.",
            ],
        };
    }

    private static IReadOnlyList<Outcome> Measure(PaperContext context, string variant, PointMassStudy study, int seed, (string Name, double[] Goal)[] goals)
    {
        Outcome[][] outcomes = new Outcome[goals.Length][];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = context.Threads == 0 ? -1 : context.Threads, CancellationToken = context.CancellationToken };
        Parallel.For(0, goals.Length, parallel, i => outcomes[i] = [.. Measure(variant, study, seed, goals[i].Name, goals[i].Goal)]);
        return [.. outcomes.SelectMany(goal => goal)];
    }

    private static IEnumerable<Outcome> Measure(string variant, PointMassStudy study, int seed, string goalName, double[] goal)
    {
        PointMassOptions options = study.Options;
        int horizon = options.Horizon;

        // Half of the step that reaches the optimum at once: for a meta-learned critic its own α, for a Q that of the true Q.
        double slow = PointMassCosts.OptimalStep(horizon) / 2;
        (string, PolicyCost, double)[] methods =
        [
            (Learned, PointMassCosts.Of(study.Learned, horizon), options.PolicyLearningRate / 2),
            (Supervised, PointMassCosts.Of(study.Supervised, horizon), slow),
            (OnPolicy, PointMassCosts.Of(study.OnPolicy, horizon), slow),
        ];
        (double Along, double Across) unit = Direction(options);
        foreach (double[] start in options.StartStates.Take(2).Select(s => s.ToArray()))
        {
            PolicyLandscape truth = PolicyLandscape.Of(PointMassCosts.True(horizon), start, goal, options.ThetaRange, GridPoints);
            double[] optimum = PointMassCosts.Optimum(start, goal, horizon);
            foreach ((string method, PolicyCost cost, double alpha) in methods)
            {
                PolicyLandscape landscape = PolicyLandscape.Of(cost, start, goal, options.ThetaRange, GridPoints);
                (double First, double Second)[] ends =
                    [.. PolicyLandscape.Descend(cost, start, goal, options.ThetaRange, DescentPoints, alpha, DescentSteps).OrderBy(Distance)];
                (double First, double Second) end = ends[ends.Length / 2];
                double dx = end.First - optimum[0];
                double dy = end.Second - optimum[1];
                yield return new(
                    variant, method, seed, start, goalName, goal, landscape.CosineSimilarity(truth), landscape.Correlation(truth), [end.First, end.Second], optimum, Distance(end),
                    Math.Abs((dx * unit.Along) + (dy * unit.Across)), Math.Abs((dx * unit.Across) - (dy * unit.Along)),
                    (double)ends.Count(e => Distance(e) <= Near) / ends.Length,
                    Math.Max(Math.Abs(end.First), Math.Abs(end.Second)) >= 10 * options.ThetaRange);
            }

            double Distance((double First, double Second) theta) => double.Hypot(theta.First - optimum[0], theta.Second - optimum[1]);
        }
    }

    private static (double Along, double Across) Direction(PointMassOptions options)
    {
        double x = options.StartStates[1][0] - options.StartStates[0][0];
        double y = options.StartStates[1][1] - options.StartStates[0][1];
        double norm = double.Hypot(x, y);
        return (x / norm, y / norm);
    }

    private static IEnumerable<IGrouping<(string Variant, string Method, string Goal), Outcome>> Groups(IEnumerable<Outcome> outcomes) =>
        outcomes.GroupBy(o => (o.Variant, o.Method, o.GoalName));

    // Mean over start states first: seeds are what is independent.
    private static Statistic BySeed(IEnumerable<Outcome> outcomes, Func<Outcome, double> value) =>
        Statistic.Of(outcomes.GroupBy(o => o.Seed).Select(seed => seed.Average(value)));

    private static Sheet Summarise(IReadOnlyList<Outcome> outcomes)
    {
        Sheet summary = new("variant", "method", "goal", "seeds", "cosine", "cosine_low", "cosine_high", "value_correlation", "distance", "distance_low", "distance_high", "along_starts", "across_starts", "near", "diverged");
        foreach (var group in Groups(outcomes))
        {
            Statistic cosine = BySeed(group, o => o.Cosine);
            Statistic distance = BySeed(group, o => o.Distance);
            summary.Add(
                group.Key.Variant, group.Key.Method, group.Key.Goal, cosine.Count, cosine.Mean, cosine.Low, cosine.High, group.Average(o => o.Correlation), distance.Mean, distance.Low, distance.High,
                group.Average(o => o.Along), group.Average(o => o.Across), group.Average(o => o.Near), group.Count(o => o.Diverged));
        }

        return summary;
    }

    private static List<PaperTable> Tables(IReadOnlyList<Outcome> outcomes)
    {
        List<PaperTable> tables = [];
        foreach (string variant in outcomes.Select(o => o.Variant).Distinct())
        {
            List<string[]> rows = [];
            foreach (string method in (string[])[Learned, Supervised, OnPolicy])
            {
                foreach ((string goal, _) in PointMassStudies.Goals)
                {
                    Outcome[] group = [.. outcomes.Where(o => o.Variant == variant && o.Method == method && o.GoalName == goal)];
                    rows.Add(
                    [
                        $"{method}: {goal}",
                        BySeed(group, o => o.Cosine).Text("F3"),
                        BySeed(group, o => o.Distance).Text("F3"),
                        Format.Short(group.Average(o => o.Along)),
                        Format.Short(group.Average(o => o.Across)),
                        Format.Short(group.Average(o => o.Correlation)),
                        Format.Count(group.Count(o => o.Diverged)),
                    ]);
                }
            }

            tables.Add(new($"{variant} (the paper gives no numbers)", ["method and goal", "cosine", "distance, m", "along, m", "across, m", "correlation", "diverged"], rows));
        }

        return tables;
    }

    // Each goal's mean over start states and seeds tells which is the worst.
    private static PaperTable Drawn(IReadOnlyList<Outcome> outcomes)
    {
        int goals = outcomes.Select(o => o.GoalName).Distinct().Count();
        List<string[]> rows = [];
        foreach (var method in outcomes.GroupBy(o => o.Method))
        {
            Outcome[][] byGoal = [.. method.GroupBy(o => o.GoalName).Select(goal => goal.ToArray())];
            rows.Add(
            [
                method.Key,
                BySeed(method, o => o.Cosine).Text("F3"),
                Format.Short(byGoal.Min(goal => goal.Average(o => o.Cosine))),
                BySeed(method, o => o.Distance).Text("F3"),
                Format.Short(byGoal.Max(goal => goal.Average(o => o.Distance))),
                Format.Count(byGoal.Count(goal => goal.Average(o => o.Distance) <= Near)),
                Format.Count(method.Count(o => o.Diverged)),
            ]);
        }

        return new(
            $"{PointMassStudies.Main}: {Format.Count(goals)} unseen goals drawn evenly from ±1.5 m (the paper has no such goals)",
            ["method", "cosine", "worst goal's", "distance, m", "worst goal's", $"goals within {Format.Short(Near)} m", "diverged"],
            rows);
    }

    private static List<PaperFigure> Figures(PointMassStudy study, IReadOnlyList<Outcome> outcomes, int seeds)
    {
        List<PaperFigure> figures = [];
        for (int i = 0; i < 2; i++)
        {
            double[] start = [.. study.Options.StartStates[i]];
            figures.Add(new(
                i == 0 ? "" : "start2",
                $"Cost of policies θ for the true Q, supervised Q (same data) and the meta-learned critic, seed 0, start state {Format.Point(start)}; arrows point against the gradient, stars mark the optimal policy. Dark is low.",
                Landscapes(study, start)));
        }

        figures.Add(new("numbers", FormattableString.Invariant($"Similarity to the true Q, two start states; means over {seeds} seeds with 95 % intervals."), Numbers(outcomes)));
        return figures;
    }

    private static Figure Landscapes(PointMassStudy study, double[] start)
    {
        PointMassOptions options = study.Options;
        (string Name, PolicyCost Cost)[] methods =
        [
            ("true Q", PointMassCosts.True(options.Horizon)),
            ("supervised Q", PointMassCosts.Of(study.Supervised, options.Horizon)),
            (Learned, PointMassCosts.Of(study.Learned, options.Horizon)),
        ];
        List<Chart> charts = [];
        foreach ((string goalName, double[] goal) in PointMassStudies.Goals)
        {
            double[] optimum = PointMassCosts.Optimum(start, goal, options.Horizon);
            foreach ((string method, PolicyCost cost) in methods)
            {
                PolicyLandscape landscape = PolicyLandscape.Of(cost, start, goal, options.ThetaRange, GridPoints);
                charts.Add(new Chart($"{method}, {goalName}", new Scale("θ₁, m") { Tight = true }, new Scale("θ₂, m") { Tight = true },
                [
                    new HeatMark(landscape.Axis, landscape.Axis, landscape.Values, new Scale("")),
                    Arrows(landscape),
                    new PointMark([optimum[0]], [optimum[1]]) { Label = "optimal policy", Shape = PointShape.Star, Colour = Palette.Accent, Size = 6 },
                ])
                { Square = true, Grid = false });
            }
        }

        return new("Landscapes and gradient fields over the policy's two parameters", charts) { Columns = 3, PanelWidth = 340, PanelHeight = 290 };
    }

    private static ArrowMark Arrows(PolicyLandscape landscape)
    {
        int[] places = [.. Enumerable.Range(0, landscape.Axis.Count).Where(i => i % ArrowEvery == 0)];
        (int I, int J)[] points = [.. from i in places from j in places select (i, j)];
        return new(
            [.. points.Select(p => landscape.Axis[p.I])],
            [.. points.Select(p => landscape.Axis[p.J])],
            [.. points.Select(p => -landscape.FirstGradient[p.I, p.J])],
            [.. points.Select(p => -landscape.SecondGradient[p.I, p.J])],
            11)
        { Colour = "#ffffff" };
    }

    private static Figure Numbers(IReadOnlyList<Outcome> outcomes)
    {
        string[] methods = [Learned, Supervised, OnPolicy];
        string[] goals = [.. PointMassStudies.Goals.Select(g => g.Name)];
        Chart Panel(string label, Func<Outcome, double> value, bool legend) => new("", new Scale("") { Names = goals }, new Scale(label),
        [
            .. methods.Select((method, i) =>
            {
                Statistic[] statistics = [.. goals.Select(goal => BySeed(outcomes.Where(o => o.Variant == PointMassStudies.Main && o.Method == method && o.GoalName == goal), value))];
                return new BarMark([.. statistics.Select(s => s.Mean)], i, methods.Length)
                {
                    Low = [.. statistics.Select(s => s.Low)],
                    High = [.. statistics.Select(s => s.High)],
                    Label = legend ? method : null,
                    Colour = Palette.Series(i),
                };
            }),
        ]);
        return new("Cosine similarity of gradient fields and distance of the optimum reached", [Panel("cosine", o => o.Cosine, true), Panel("distance of the optimum, m", o => o.Distance, false)])
        {
            Columns = 2,
            PanelWidth = 420,
            PanelHeight = 320,
        };
    }

    private sealed record Outcome(
        string Variant, string Method, int Seed, double[] Start, string GoalName, double[] Goal, double Cosine, double Correlation, double[] Theta, double[] Optimum,
        double Distance, double Along, double Across, double Near, bool Diverged)
    {
        public void AddTo(Sheet runs) => runs.Add(
            Variant, Method, Seed, Start[0], Start[1], GoalName, Goal[0], Goal[1], Cosine, Correlation, Theta[0], Theta[1], Optimum[0], Optimum[1], Distance, Along, Across, Near, Diverged);
    }
}
