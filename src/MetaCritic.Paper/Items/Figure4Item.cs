using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Figure 4: training curves of the learned critic, DDPG and Meta Critic, one item per robot.</summary>
/// <param name="arm">The robot, as titles call it.</param>
/// <param name="preset">The robot, with the settings of the baselines.</param>
/// <param name="methods">The methods.</param>
/// <param name="goals">The training goals.</param>
/// <param name="steps">Policy updates of fresh policies.</param>
internal sealed class Figure4Item(string arm, BaselinePreset preset, IReadOnlyList<CriticMethod> methods, IReadOnlyList<double[]> goals, int steps) : IPaperItem
{
    // Points of the learned critic's curve are means over blocks of so many meta-iterations, shorter in the beginning.
    private const int Block = 50;

    private const int PoliciesPerGoal = 5;

    // Parts of the shortest training's environment steps.
    private static readonly (int Of, string Name)[] Parts = [(8, "⅛"), (4, "¼"), (2, "½"), (1, "all")];

    public string Name => $"fig4-{preset.Task.Name}";

    public string Title => $"Figure 4: training curves, {arm}";

    public string Shown =>
        "Error on the training goals during training. The paper finds its critic the most sample efficient and the least sensitive to seeds. Its axis counts meta-iterations. These are not the same work for each method, so environment steps are shown too. " +
        "For the learned critic it is the error of the policies in its pool after their update, young and old together. For the baselines it is that of the one policy of the run, without exploration noise. " +
        $"In one iteration the learned critic is updated once, from a roll-out of each policy through the model before its update and one after. An iteration of a baseline is {Format.Count(preset.Ddpg.RolloutsPerGoal)} {(preset.Ddpg.RolloutsPerGoal == 1 ? "roll-out" : "roll-outs")} per goal and {Format.Count(preset.Ddpg.UpdatesPerIteration)} updates. " +
        "An environment step is a control step of a roll-out used for learning. The learned critic also takes the derivatives of its steps; the baselines do not.";

    /// <summary>The 2-joint arm.</summary>
    public static Figure4Item Reacher { get; } = new("2-joint arm", BaselinePreset.Reacher, ReacherTask.Methods, ReacherTask.Goals.Goals, ReacherTask.Steps);

    /// <summary>The Kuka arm.</summary>
    public static Figure4Item Kuka { get; } = new("Kuka arm, gravity compensated", KukaTask.Baselines, KukaTask.Compared, KukaTask.Goals.Goals, KukaTask.Steps);

    public PaperResult Run(PaperContext context)
    {
        List<(string Method, TrainingCurve[] Curves)> trainings = [];
        List<SweepRun> fresh = Sweep.Run(
            context, methods, [new("", 0, goals)], context.Pick(PoliciesPerGoal, 1), context.Pick(steps, 5),
            (method, trained) => trainings.Add((method.Name, [.. trained.Select(t => Smoothed(t.Curve))])));

        Sheet runs = new("method", "seed", "measure", "iteration", "updates", "environment_steps", "error", "diverged");
        Sheet summary = new("method", "measure", "iteration", "environment_steps", "seeds", "diverged_trainings", "diverged_policies", "mean", "std_over_seeds", "low", "high", "least", "greatest");
        long shared = trainings.Min(t => t.Curves.Max(curve => curve.Points[^1].EnvironmentSteps));
        List<string[]> ends = [];
        List<string[]> equal = [];
        foreach ((string method, TrainingCurve[] curves) in trainings)
        {
            SweepRun[] fitted = [.. fresh.Where(run => run.Method == method)];
            foreach (TrainingCurve curve in curves)
            {
                foreach (TrainingCurvePoint point in curve.Points)
                {
                    runs.Add(method, curve.Seed, "training", point.Iteration, point.Updates, point.EnvironmentSteps, point.Error, curve.Diverged && point == curve.Points[^1]);
                }

                TrainingCurvePoint last = curve.Points[^1];
                SweepRun[] policies = [.. fitted.Where(run => (ulong)run.Seed == curve.Seed)];
                runs.Add(method, curve.Seed, "fresh policies", last.Iteration, last.Updates, last.EnvironmentSteps, Sweep.OverSeeds(policies).Mean, policies.Count(run => double.IsNaN(run.Error)));
            }

            int diverged = curves.Count(curve => curve.Diverged);
            foreach ((TrainingCurvePoint point, double[] errors) in OverSeeds(curves))
            {
                Summarise("training", point.Iteration, point.EnvironmentSteps, errors, curves.Count(curve => curve.Diverged && curve.Points[^1].Iteration <= point.Iteration), 0);
            }

            string[] atEqual = [.. Parts.Select(part =>
            {
                long limit = shared / part.Of;
                double[] errors = [.. curves.Select(curve => ErrorAt(curve, limit))];
                Summarise("equal steps", null, limit, errors, curves.Count(curve => curve.Diverged && curve.Points[^1].EnvironmentSteps <= limit), 0);
                return TextOf(Statistic.Of(errors));
            })];
            equal.Add([method, .. atEqual]);

            double[] inTraining = [.. curves.Select(curve => curve.Points[^1].Error)];
            TrainingCurvePoint end = curves.MaxBy(curve => curve.Points[^1].Iteration)!.Points[^1];
            Summarise("end", end.Iteration, end.EnvironmentSteps, inTraining, diverged, 0);
            double[] ofFresh = [.. fitted.GroupBy(run => run.Seed).Select(seed => Sweep.OverSeeds(seed).Mean)];
            int divergedPolicies = fitted.Count(run => double.IsNaN(run.Error));
            Summarise("fresh policies", end.Iteration, end.EnvironmentSteps, ofFresh, diverged, divergedPolicies);
            ends.Add(
            [
                method, Format.Count(end.Iteration), Format.Count(end.EnvironmentSteps), TextOf(Statistic.Of(inTraining)), Format.Count(diverged),
                TextOf(Statistic.Of(ofFresh)), Format.Count(divergedPolicies),
            ]);

            void Summarise(string measure, int? iteration, long environmentSteps, double[] errors, int divergedTrainings, int divergedPolicies)
            {
                Statistic s = Statistic.Of(errors);
                double[] finite = [.. errors.Where(double.IsFinite)];
                summary.Add(
                    method, measure, (object?)iteration ?? "", environmentSteps, s.Count, divergedTrainings, divergedPolicies, s.Mean, s.Deviation, s.Low, s.High,
                    finite.DefaultIfEmpty(double.NaN).Min(), finite.DefaultIfEmpty(double.NaN).Max());
            }
        }

        return new(
            new(runs, summary),
            [
                new(
                    $"Mean squared final error on the training goals, rad², at the end of training, and of fresh policies fitted with the critic that it ends with ({Format.Count(steps)} updates, {Format.Count(PoliciesPerGoal)} policies per goal); the paper gives no numbers",
                    ["method", "iterations", "environment steps", "in training", "diverged", "fresh policies", "diverged policies"],
                    ends),
                new(
                    $"The same in training, after equal numbers of environment steps: parts of the {Format.Count(shared)} of the shortest training",
                    ["method", .. Parts.Select(part => $"{part.Name}: {Format.Count(shared / part.Of)}")],
                    equal),
            ])
        { Remarks = BaselineMethods.Remarks(preset, fresh) };
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets)
    {
        SheetRow[] curves = [.. sheets.Runs.Rows.Where(row => row["measure"] == "training")];
        return
        [
            new(
                "",
                $"Error on the training goals over iterations and over environment steps. Lines are means over seeds; bands reach from the least to the greatest seed. Learned critic: policies of its pool, aged 1 to {(preset.Task.Training.PolicyRestart == PolicyRestart.Age ? "" : "about ")}{Format.Count(preset.Task.Training.PolicyLifetime)} updates, means over blocks of about {Format.Count(Block)} meta-iterations, or fewer in the beginning. Baselines: the run's own policy, every {Format.Count(preset.Ddpg.EvaluationInterval)} iterations.",
                new($"Training curves, {arm}", [Draw(curves, "iterations", "iteration"), Draw(curves, "environment steps", "environment_steps")])
                {
                    Columns = 2,
                    PlotWidth = 390,
                    PlotHeight = 290,
                }),
        ];
    }

    private static Panel Draw(SheetRow[] curves, string label, string column)
    {
        Panel panel = new("", Axes.Logarithmic(label, padding: 0), Axes.Logarithmic("mean squared error, rad²"));
        foreach (var method in curves.GroupBy(row => row["method"]))
        {
            // Errors that are there: none where a policy, or before that the run, diverged.
            (double X, double[] Errors)[] points =
            [
                .. from row in method
                   group row by row.Number("iteration") into seeds
                   let errors = seeds.Select(seed => seed.Number("error")).Where(double.IsFinite).ToArray()
                   where errors.Length > 0 && seeds.First().Number(column) > 0
                   orderby seeds.Key
                   select (seeds.First().Number(column), errors),
            ];
            panel.Line(Method.Of(method.Key), [.. points.Select(p => p.X)], [.. points.Select(p => p.Errors.Average())], [.. points.Select(p => p.Errors.Min())], [.. points.Select(p => p.Errors.Max())]);
        }

        return panel;
    }

    // Points that the seeds have in common, with the errors that are there: none where a policy, or before that the run, diverged.
    private static IEnumerable<(TrainingCurvePoint Point, double[] Errors)> OverSeeds(TrainingCurve[] curves) =>
        from point in curves.SelectMany(curve => curve.Points)
        group point by point.Iteration into points
        let errors = points.Select(point => point.Error).Where(double.IsFinite).ToArray()
        where errors.Length > 0
        orderby points.Key
        select (points.First(), errors);

    /// <summary>The last error known after so many environment steps; NaN if there is none or the run had diverged.</summary>
    internal static double ErrorAt(TrainingCurve curve, long environmentSteps) =>
        curve.Points.LastOrDefault(point => point.EnvironmentSteps <= environmentSteps, new(0, 0, 0, double.NaN)).Error;

    /// <summary>
    /// The curve with means over blocks of iterations where it has a point for each, of a tenth of those before and at most about <see cref="Block"/>;
    /// a run that diverged has no error at its last point.
    /// </summary>
    internal static TrainingCurve Smoothed(TrainingCurve curve)
    {
        IReadOnlyList<TrainingCurvePoint> points = curve.Points;
        if (curve.Diverged)
        {
            return curve with { Points = [.. points.SkipLast(1), points[^1] with { Error = double.NaN }] };
        }

        if (points[^1].Iteration != points.Count)
        {
            return curve; // the baselines' points are apart
        }

        List<TrainingCurvePoint> means = [];
        for (int first = 0; first < points.Count;)
        {
            int end = Math.Min(first + Block, Math.Max(first + 1, (int)(1.1 * first)));
            end = end + (Block / 2) > points.Count && first > Block ? points.Count : Math.Min(end, points.Count);
            means.Add(points[end - 1] with { Error = points.Skip(first).Take(end - first).Select(point => point.Error).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average() });
            first = end;
        }

        return curve with { Points = means };
    }

    private static string TextOf(Statistic statistic) => statistic.Count == 0 ? "–" : statistic.Text();
}
