using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using OxyPlot;
using OxyPlot.Axes;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 1: landscapes and gradient fields of Q_true, supervised Q and the meta-learned critic.</summary>
internal sealed class Figure1Item : IPaperItem
{
    private const int GridPoints = 25;
    private const int ArrowEvery = 3;
    private const int DescentPoints = 5;
    private const int DescentSteps = 200;
    private const double Near = 0.2;

    private static readonly string Learned = Method.MetaLearned.Name, Supervised = Method.Supervised.Name, OnPolicy = Method.SupervisedOwn.Name;

    public string Name => "fig1";

    public string Title => "Figure 1: landscapes of the point mass";

    public string Shown =>
        "A point mass with one goal, two start states and a policy of two parameters. The paper shows, without numbers, that the landscape and the gradient field of the " +
        "meta-learned critic resemble those of the true Q, also for two goals that training has not seen, and that those of supervised Q do not.";

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
        return new(new(runs, Summarise(outcomes), Landscapes(first!)), [.. Tables(shown), Drawn(drawn)])
        {
            Remarks =
            [
                "\"Cosine\" is the cosine between the gradient and that of the true Q, averaged over a grid of 25 × 25 policies. \"Distance\" is that between the policy reached and the optimal one, the median over 25 policies that follow the gradient for 200 steps. Figures are means over two start states, with intervals over seeds. The drawn goals were drawn after all settings had been fixed. The worst goal is the one with the worst mean over start states and seeds. Both sets of data for supervised Q are as large as that of the meta-learned critic.",
                "\"Along\" and \"across\" are the components of that distance along the line through the two start states and across it. \"Correlation\" is that of the values over the grid. The meta-learned critic is trained only for its gradient with the states held constant, so its value need not be smallest where that gradient vanishes.",
                "Two start states determine only what a critic of s − g learns in the direction of their difference. Across it, the network decides how much depends on s − g and how much is a constant, and there the optimum of unseen goals is displaced. A larger scale of the input settles this, and so do start states that are not on one line.",
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

    // Seed 0 of the first variant.
    private static Sheet Landscapes(PointMassStudy study)
    {
        PointMassOptions options = study.Options;
        (string Name, PolicyCost Cost)[] methods =
        [
            (Method.TrueQ.Name, PointMassCosts.True(options.Horizon)),
            (Supervised, PointMassCosts.Of(study.Supervised, options.Horizon)),
            (Learned, PointMassCosts.Of(study.Learned, options.Horizon)),
        ];
        Sheet landscapes = new("start_0", "start_1", "method", "goal", "optimum_0", "optimum_1", "theta_0", "theta_1", "value", "gradient_0", "gradient_1");
        foreach (double[] start in options.StartStates.Take(2).Select(s => s.ToArray()))
        {
            foreach ((string method, PolicyCost cost) in methods)
            {
                foreach ((string goalName, double[] goal) in PointMassStudies.Goals)
                {
                    double[] optimum = PointMassCosts.Optimum(start, goal, options.Horizon);
                    PolicyLandscape landscape = PolicyLandscape.Of(cost, start, goal, options.ThetaRange, GridPoints);
                    for (int i = 0; i < GridPoints; i++)
                    {
                        for (int j = 0; j < GridPoints; j++)
                        {
                            landscapes.Add(
                                start[0], start[1], method, goalName, optimum[0], optimum[1], landscape.Axis[i], landscape.Axis[j],
                                landscape.Values[i, j], landscape.FirstGradient[i, j], landscape.SecondGradient[i, j]);
                        }
                    }
                }
            }
        }

        return landscapes;
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets)
    {
        List<PaperFigure> figures = [];
        foreach (var start in sheets.Points.Rows.GroupBy(row => (row.Number("start_0"), row.Number("start_1"))))
        {
            figures.Add(new(
                figures.Count == 0 ? "" : "start2",
                $"Cost of policies θ for the true Q, supervised Q (same data) and the learned critic, seed 0, start state {Format.Point([start.Key.Item1, start.Key.Item2])}. Arrows point against the gradient, and stars mark the optimal policy. Dark is low. The panels of a row share their scale.",
                Maps([.. start])));
        }

        SheetRow[] runs = [.. sheets.Runs.Rows.Where(row => row["variant"] == PointMassStudies.Main && PointMassStudies.Goals.Any(goal => goal.Name == row["goal"]))];
        int seeds = runs.Select(row => row["seed"]).Distinct().Count();
        figures.Add(new("numbers", FormattableString.Invariant($"Similarity to the true Q, two start states; means over {seeds} seeds with 95 % intervals."), new(
            "Cosine similarity of gradient fields and distance of the optimum reached",
            [Numbers(runs, "cosine", "cosine"), Numbers(runs, "distance", "distance of the optimum, m")])
        { Columns = 2, PlotWidth = 340, PlotHeight = 260 }));
        return figures;
    }

    // The true Q and what is learned of it have the same unit, and the same scale.
    private static Figure Maps(SheetRow[] rows)
    {
        Axis costs = Scale(Method.TrueQ.Name, Supervised), values = Scale(Learned);
        List<Panel> panels = [];
        foreach (var map in rows.GroupBy(row => (Method: row["method"], Goal: row["goal"])))
        {
            double[] axis = [.. map.Select(row => row.Number("theta_0")).Distinct()];
            double[,] landscape = new double[axis.Length, axis.Length];
            foreach ((int i, SheetRow row) in map.Index())
            {
                landscape[i / axis.Length, i % axis.Length] = row.Number("value");
            }

            Panel panel = new($"{Method.LabelOf(map.Key.Method)}, {map.Key.Goal}", Axes.Linear("θ_{1}, m"), Axes.Linear("θ_{2}, m"));
            panel.Map(axis, axis, landscape, map.Key.Method == Learned ? values : costs, smooth: true);
            panel.Arrows(
                map.Where((_, i) => IsArrow(i / axis.Length) && IsArrow(i % axis.Length)).Select(row => (row.Number("theta_0"), row.Number("theta_1"), -row.Number("gradient_0"), -row.Number("gradient_1"))),
                0.6 * ArrowEvery * (axis[1] - axis[0]));
            panel.Star("optimal policy", map.First().Number("optimum_0"), map.First().Number("optimum_1"));
            panels.Add(panel);
        }

        return new("Landscapes and gradient fields over the policy's two parameters", panels) { Columns = 3, PlotWidth = 240, PlotHeight = 240 };

        static bool IsArrow(int i) => i % ArrowEvery == 0;

        Axis Scale(params string[] methods)
        {
            double[] seen = [.. rows.Where(row => methods.Contains(row["method"])).Select(row => row.Number("value"))];
            return Axes.Colours($"{(methods.Contains(Learned) ? "value of the learned critic" : "cost, m²")}", seen.Min(), seen.Max());
        }
    }

    private static Panel Numbers(SheetRow[] runs, string column, string label)
    {
        string[] goals = [.. PointMassStudies.Goals.Select(goal => goal.Name)];
        (string Name, MarkerType Shape)[] methods = [(Learned, MarkerType.Circle), (Supervised, MarkerType.Square), (OnPolicy, MarkerType.Diamond)];
        Statistic[][] statistics = [.. methods.Select(method => goals.Select(goal => Statistic.OverSeeds(runs.Where(row => row["method"] == method.Name && row["goal"] == goal), column)).ToArray())];
        double low = statistics.Min(method => method.Min(s => s.Low)), high = statistics.Max(method => method.Max(s => s.High)), room = 0.04 * (high - low);
        Panel panel = new("", Axes.Names("", goals), Axes.Linear(label, low - room, high + room));
        foreach ((int i, (string name, MarkerType shape)) in methods.Index())
        {
            panel.Points(Method.Of(name), statistics[i].Select((s, goal) => (goal + (0.2 * (i - 1)), s.Mean, s.Low, s.High)), shape);
        }

        return panel;
    }

    private sealed record Outcome(
        string Variant, string Method, int Seed, double[] Start, string GoalName, double[] Goal, double Cosine, double Correlation, double[] Theta, double[] Optimum,
        double Distance, double Along, double Across, double Near, bool Diverged)
    {
        public void AddTo(Sheet runs) => runs.Add(
            Variant, Method, Seed, Start[0], Start[1], GoalName, Goal[0], Goal[1], Cosine, Correlation, Theta[0], Theta[1], Optimum[0], Optimum[1], Distance, Along, Across, Near, Diverged);
    }
}
