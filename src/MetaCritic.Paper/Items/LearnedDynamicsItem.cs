using MetaCritic.Analysis;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Critics meta-trained through learned and wrong dynamics, and what their policies do on the true arm.</summary>
internal sealed class LearnedDynamicsItem : IPaperItem
{
    private static readonly CriticMethod[] Methods =
    [
        LearnedDynamicsMethods.True, LearnedDynamicsMethods.Learned, LearnedDynamicsMethods.Wrong, LearnedDynamicsMethods.Corrected, LearnedDynamicsMethods.Alternating,
    ];

    public string Name => "learned-dynamics";

    public string Title => "Learned dynamics: critics meta-trained through f from a table, or through a wrong model";

    public string Shown =>
        "Our own: the paper leaves both to future work (Section 6). The critic is meta-trained through (a) the arm's own dynamics; (b) dynamics learned from at most 20,000 transitions of random roll-outs; (c) a wrong model, with masses 30 % too large and no damping; (d) that model, corrected by what is learned from the transitions; (e) dynamics as in (b), but with half of the transitions collected by the policies between three rounds of meta-training. Policies are then fitted model-free on the true arm, for the goals of fig5.";

    public PaperResult Run(PaperContext context)
    {
        double[] axis = Figure5Item.Axis(context);
        SweepSetting setting = Figure5Item.Grid(axis);
        List<PredictionErrors> predictions = [];
        Dictionary<int, Transitions> tests = [];
        List<SweepRun> runs = Sweep.Run(
            context,
            Methods,
            [setting],
            policies: 1,
            context.Pick(ReacherTask.Steps, 5),
            (method, trained) => predictions.AddRange(trained.Select((t, seed) => PredictionErrors.Of(method.Name, seed, DynamicsOf(method, t.Critic!), tests.TryGetValue(seed, out Transitions? test) ? test : tests[seed] = Test(context, seed, t.Critic!)))),
            tasks => new SimulatedRobot(LearnedDynamicsMethods.Robot, tasks.Count, LearnedDynamicsMethods.Dynamics));

        Sheet rows = Sweep.Rows(runs, "setting");
        Sheet summary = new("method", "quantity", "policies", "diverged", "seeds", "mean", "low", "high", "ratio_to_true");
        List<string[]> errors = [];
        List<string[]> predicted = [];
        foreach ((string region, double limit) in Figure5Item.Regions)
        {
            double reference = Sweep.OverSeeds(Figure5Item.Inside(runs.Where(run => run.Method == Methods[0].Name), limit)).Mean;
            foreach (var method in runs.GroupBy(run => run.Method))
            {
                SweepRun[] inside = Figure5Item.Inside(method, limit);
                Statistic seeds = Sweep.OverSeeds(inside);
                ErrorSummary all = ErrorSummary.Of([.. inside.Select(run => run.Error)]);
                summary.Add(method.Key, $"error, {region}", all.Count, all.Diverged, seeds.Count, seeds.Mean, seeds.Low, seeds.High, seeds.Mean / reference);
                errors.Add([$"{method.Key}, {region}", seeds.Text(), Format.Short(Sweep.Median(inside)), Format.Short(all.Percentile90), Format.Count(all.Diverged), Format.Short(seeds.Mean / reference)]);
            }
        }

        foreach (var method in predictions.GroupBy(p => p.Method))
        {
            (string Quantity, Func<PredictionErrors, double> Value)[] columns =
            [
                ("one-step error of velocities, rad/s", p => p.Velocity), ("error of positions after the horizon, rad", p => p.Position), ("the same, median over roll-outs", p => p.MedianPosition),
            ];
            Statistic[] statistics = [.. columns.Select(column => Statistic.Of(method.Select(column.Value)))];
            foreach ((string quantity, Statistic statistic) in columns.Select(column => column.Quantity).Zip(statistics))
            {
                summary.Add(method.Key, quantity, method.Sum(p => p.Rollouts), 0, statistic.Count, statistic.Mean, statistic.Low, statistic.High, "");
            }

            predicted.Add([method.Key, .. statistics.Select(statistic => statistic.Text())]);
        }

        return new(
            new(rows, summary),
            [
                new("Mean squared final error on the true arm, rad²", ["critic and goals", "mean", "median", "90th percentile", "diverged", "mean / (a)"], errors),
                new(
                    "How well each f predicts roll-outs of policies fitted with critic (a) of the same seed, root mean squares",
                    ["f", "one step, velocities, rad/s", $"{ReacherTask.Options(context, 0).Horizon} steps, positions, rad", "the same, median over roll-outs"],
                    predicted),
            ]);
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Mean error over seeds for each goal, on the true arm. Crosses mark the training goals. Grey cells diverged for every seed.", new(
            "Error of policies over the goal space", ErrorMap.Panels(sheets.Runs, (title, runs, colours) => ErrorMap.OverGoals(title, runs, colours, ReacherTask.Goals.Goals)))
        { Columns = 3, PlotWidth = 290, PlotHeight = 290 }),
    ];

    private static IDifferentiableDynamics DynamicsOf(CriticMethod method, CriticModel critic) =>
        critic.LearnedDynamics ?? (IDifferentiableDynamics)new RigidBodyDynamics(critic.Robot!, critic.Dynamics);

    // Roll-outs on the true arm, for goals of their own inside ±π/2, after the updates of meta-testing.
    private static Transitions Test(PaperContext context, int seed, CriticModel critic)
    {
        double[][] goals = GoalSampling.Uniform(LearnedDynamicsMethods.Robot.DegreesOfFreedom, context.Pick(36, 4), -Math.PI / 2, Math.PI / 2, (ulong)(1000 + seed));
        using PolicyLearner learner = new(critic, new PolicyLearnerOptions { Steps = context.Pick(ReacherTask.Steps, 5), Threads = context.Threads });
        IReadOnlyList<PolicyFit> fits = learner.Fit([.. goals.Select(goal => new FittingTask { Goal = goal, Seed = (ulong)(1000 + seed) })], cancellationToken: context.CancellationToken);
        return TransitionCollector.Collect(
            new SimulatedRobot(LearnedDynamicsMethods.Robot, fits.Count, LearnedDynamicsMethods.Dynamics),
            new() { Horizon = critic.Training.Horizon, Policies = [.. fits.Select(fit => fit.Policy)], Noise = 0 },
            cancellationToken: context.CancellationToken);
    }
}
