using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Tasks;
using OxyPlot.Axes;

namespace MetaCritic.Paper.Items;

/// <summary>Whether policies stay at the goal that they reach.</summary>
internal sealed class StayItem : IPaperItem
{
    // Distances of new goals at which the staying critic is compared with Table 1.
    private static readonly double[] Stds = [0.1, 0.3, 0.5, 1];

    public string Name => "stay";

    public string Title => "Reaching a goal and staying there";

    public string Shown =>
        "Our own: do policies stay at the goal? The item looks at policies for the training goals at time T, the horizon of meta-training, and at 2 T. \"Reaching\" is as in Figure 5 and Table 1. \"Staying\" differs in the task loss (a late window of positions and squared velocities), in start positions drawn with each policy during meta-training, " +
        "and in policies fitted on roll-outs of 2 T. On the Kuka arm it also has a time step of 0.02 s, so that T is 1.3 s, not 0.65 s.";

    public PaperResult Run(PaperContext context)
    {
        context.Begin(2 * StayTask.All.Count * context.Seeds);
        Sheet runs = new("robot", "way", "seed", "std", "goal", "policy", "error_T", "speed_T", "error_2T", "speed_2T", "diverged");
        Sheet summary = new("robot", "way", "measure", "seeds", "mean", "low", "high");
        List<string[]> rows = [];
        Sheet courses = new("robot", "way", "seed", "time", "error", "speed");
        List<string[]> table1 = [];
        foreach (var robot in StayTask.All.GroupBy(task => task.Robot.Name))
        {
            foreach (StayTask task in robot)
            {
                List<RollOut.Sample[][]> seeds = [];
                List<double[]> distances = [];
                for (int seed = 0; seed < context.Seeds; seed++)
                {
                    TrainedCritic trained = context.Part(progress => task.Critic.Train(context, seed, progress));
                    CriticModel critic = trained.Critic ?? throw new InvalidOperationException("A meta-training always gives a critic.");
                    RollOut.Sample[][][] sets = context.Part(progress => Trajectories(context, task, seed, critic, runs, progress));
                    seeds.Add(sets[0]);
                    distances.Add([.. sets.Skip(1).Select(set => set.Select(trajectory => trajectory[task.End].Error).DefaultIfEmpty(double.NaN).Average())]);
                }

                int middle = task.Horizon - 1;
                (string Name, int Step, Func<RollOut.Sample, double> Of)[] measures =
                [
                    ("error_T", middle, s => s.Error), ("speed_T", middle, s => s.Speed), ("error_2T", (2 * task.Horizon) - 1, s => s.Error), ("speed_2T", (2 * task.Horizon) - 1, s => s.Speed),
                ];
                Statistic[] statistics = [.. measures.Select(m => OverSeeds(seeds, m.Step, m.Of))];
                for (int i = 0; i < measures.Length; i++)
                {
                    summary.Add(robot.Key, task.Way, measures[i].Name, statistics[i].Count, statistics[i].Mean, statistics[i].Low, statistics[i].High);
                }

                rows.Add([$"{robot.Key}, {task.Way}", .. statistics.Select(s => s.Text()), Format.Short(statistics[2].Mean / statistics[0].Mean)]);
                AddCourses(courses, task, seeds);
                if (task.Robot == TaskPreset.Kuka)
                {
                    table1.Add([task.Way, .. Stds.Select((_, i) => Statistic.Of(distances.Select(d => d[i])).Text())]);
                    for (int i = 0; i < Stds.Length; i++)
                    {
                        Statistic s = Statistic.Of(distances.Select(d => d[i]));
                        summary.Add(robot.Key, task.Way, $"error on goals at std {Format.Exact(Stds[i])}", s.Count, s.Mean, s.Low, s.High);
                    }
                }
            }
        }

        return new(
            new(runs, summary, courses),
            [
                new("Training goals: mean squared error, rad², and root mean square of joint speeds, rad/s", ["robot and way", "error at T", "speed at T", "error at 2 T", "speed at 2 T", "error 2 T / T"], rows),
                new("Kuka: the goals of Table 1 with the same critics, mean squared error at the end of the roll-outs, rad²", ["std, rad", .. Stds.Select(Format.Short)], table1),
            ]);
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets)
    {
        List<Panel> panels = [];
        foreach (var robot in sheets.Points.Rows.GroupBy(row => row["robot"]))
        {
            panels.Add(Course(robot, "error", Axes.Logarithmic("mean squared error, rad²")));
            panels.Add(Course(robot, "speed", Axes.Linear("joint speed (RMS), rad/s", from: 0)));
        }

        return
        [
            new("", "Error and joint speed over time, means over goals and policies. Bands reach from the least to the greatest seed. \"Reaching\" is fitted with the learned critic of the other items.", new(
                "Error and speed over time", panels) { Columns = 2, PlotWidth = 340, PlotHeight = 240 }),
        ];
    }

    private static Panel Course(IGrouping<string, SheetRow> robot, string column, Axis vertical)
    {
        Panel panel = new($"{robot.Key}: {column}", Axes.Linear("time, multiples of T", padding: 0), vertical);
        foreach (var way in robot.GroupBy(row => row["way"]))
        {
            (double Time, Statistic Value)[] course = [.. way.GroupBy(row => row.Number("time")).Select(time => (time.Key, Statistic.OverSeeds(time, column)))];
            panel.Line(
                Method.Of(way.Key), [.. course.Select(c => c.Time)], [.. course.Select(c => c.Value.Mean)], [.. course.Select(c => c.Value.Least)], [.. course.Select(c => c.Value.Greatest)]);
        }

        return panel;
    }

    // Of the policies that did not diverge, for the training goals and, on the Kuka arm, for new goals at each distance.
    private static RollOut.Sample[][][] Trajectories(PaperContext context, StayTask task, int seed, CriticModel critic, Sheet runs, Action<long, long> progress)
    {
        (double Std, IReadOnlyList<double[]> Goals, int Policies)[] sets =
        [
            (0, task.Goals.Goals, context.Pick(KukaTask.PoliciesPerGoal, 1)),
            .. task.Robot == TaskPreset.Kuka ? Stds.Select(std => (std, (IReadOnlyList<double[]>)KukaTask.NewGoals(std, context.Pick(KukaTask.GoalsPerSetting, 2), (int)Math.Round(10 * std)), context.Pick(2, 1))) : [],
        ];
        (int Set, int Goal, int Policy)[] keys =
            [.. from set in Enumerable.Range(0, sets.Length) from goal in Enumerable.Range(0, sets[set].Goals.Count) from policy in Enumerable.Range(0, sets[set].Policies) select (set, goal, policy)];
        FittingTask[] tasks = [.. keys.Select(key => new FittingTask { Goal = sets[key.Set].Goals[key.Goal], Seed = (ulong)seed, PolicyIndex = key.Policy })];
        using PolicyLearner learner = new(critic, task.Fitting with { Steps = context.Pick(task.Fitting.Steps, 3), Threads = context.Threads });
        IReadOnlyList<PolicyFit> fits = learner.Fit(tasks, new Reporter<FittingProgress>(p => progress(p.Completed, p.Total)), context.CancellationToken);
        RollOut.Sample[][] samples = RollOut.Of(task.Robot.Robot, task.Dynamics, [.. fits.Select(fit => fit.Policy)], null, 2 * task.Horizon);
        for (int i = 0; i < keys.Length; i++)
        {
            RollOut.Sample middle = samples[i][task.Horizon - 1], end = samples[i][^1];
            runs.Add(task.Robot.Name, task.Way, seed, sets[keys[i].Set].Std, keys[i].Goal, keys[i].Policy, middle.Error, middle.Speed, end.Error, end.Speed, fits[i].Diverged);
        }

        return [.. sets.Select((_, set) => samples.Where((_, i) => keys[i].Set == set && !fits[i].Diverged).ToArray())];
    }

    private static Statistic OverSeeds(List<RollOut.Sample[][]> seeds, int step, Func<RollOut.Sample, double> of) =>
        Statistic.Of(seeds.Select(seed => seed.Select(trajectory => of(trajectory[step])).DefaultIfEmpty(double.NaN).Average()));

    // Where the policies of each seed are on average, step by step.
    private static void AddCourses(Sheet courses, StayTask task, List<RollOut.Sample[][]> seeds)
    {
        for (int seed = 0; seed < seeds.Count; seed++)
        {
            for (int step = 0; step < 2 * task.Horizon; step++)
            {
                RollOut.Sample[] samples = [.. seeds[seed].Select(trajectory => trajectory[step])];
                courses.Add(
                    task.Robot.Name, task.Way, seed, (step + 1.0) / task.Horizon,
                    samples.Select(s => s.Error).DefaultIfEmpty(double.NaN).Average(), samples.Select(s => s.Speed).DefaultIfEmpty(double.NaN).Average());
            }
        }
    }
}
