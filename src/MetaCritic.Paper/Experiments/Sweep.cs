using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Paper.Results;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>One setting of a test: goals, and the robot they are to be reached with.</summary>
/// <param name="Series">What is changed, where an item changes several things; else empty.</param>
/// <param name="Value">The changed figure.</param>
/// <param name="Goals">The goals.</param>
/// <param name="Robot">The robot; null for the one of the training.</param>
internal sealed record SweepSetting(string Series, double Value, IReadOnlyList<double[]> Goals, RobotModel? Robot = null);

/// <summary>A policy fitted in a sweep.</summary>
/// <param name="Method">What its critic was learned with.</param>
/// <param name="Seed">Seed of the critic.</param>
/// <param name="Setting">The setting.</param>
/// <param name="Goal">Index of the goal in the setting.</param>
/// <param name="Policy">Which of the policy's initialisations.</param>
/// <param name="Error">Mean over joints of the squared final position error, rad²; NaN if it diverged.</param>
internal sealed record SweepRun(string Method, int Seed, SweepSetting Setting, int Goal, int Policy, double Error)
{
    /// <summary>Whether already the training of the critic diverged, so that there was nothing to fit the policy with; it counts as diverged.</summary>
    public bool CriticDiverged { get; init; }
}

/// <summary>Trains critics by several methods and seeds, and fits policies with each in a number of settings (Algorithm 3).</summary>
internal static class Sweep
{
    /// <summary>Runs it.</summary>
    /// <param name="context">Seeds and progress.</param>
    /// <param name="methods">Ways of learning a critic.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="policies">Initialisations per goal.</param>
    /// <param name="steps">Policy updates.</param>
    /// <param name="trained">Is handed the trainings of each method, one per seed; null for nobody.</param>
    /// <param name="environments">Where policies are fitted, whatever the critics were trained on; null for the settings' robots.</param>
    public static List<SweepRun> Run(
        PaperContext context,
        IReadOnlyList<CriticMethod> methods,
        IReadOnlyList<SweepSetting> settings,
        int policies,
        int steps,
        Action<CriticMethod, TrainedCritic[]>? trained = null,
        Func<IReadOnlyList<FittingTask>, IEnvironment>? environments = null)
    {
        context.Begin(2 * methods.Count * context.Seeds);
        List<SweepRun> runs = [];
        foreach (CriticMethod method in methods)
        {
            TrainedCritic[] critics = method.TrainSeeds(context);
            trained?.Invoke(method, critics);
            for (int seed = 0; seed < context.Seeds; seed++)
            {
                runs.AddRange(context.Part(progress => Fit(context, method.Name, seed, critics[seed].Critic, settings, policies, context.Pick(method.Steps ?? steps, steps), environments, progress)));
            }
        }

        return runs;
    }

    /// <summary>The runs as a table, one row each.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="column">What the changed figure is called.</param>
    /// <param name="series">What the series is called.</param>
    public static Sheet Rows(IReadOnlyList<SweepRun> runs, string column, string series = "series")
    {
        int joints = runs[0].Setting.Goals[0].Length;
        Sheet sheet = new(["method", "seed", series, column, "goal", .. Enumerable.Range(0, joints).Select(i => $"goal_{Format.Count(i)}"), "policy", "error", "diverged", "critic_diverged"]);
        foreach (SweepRun run in runs)
        {
            sheet.Add([run.Method, run.Seed, run.Setting.Series, run.Setting.Value, run.Goal, .. run.Setting.Goals[run.Goal].Cast<object>(), run.Policy, run.Error, double.IsNaN(run.Error), run.CriticDiverged]);
        }

        return sheet;
    }

    /// <summary>The runs summarised by method and setting: intervals are over seeds, since policies of one critic are not independent.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="column">What the changed figure is called.</param>
    /// <param name="series">What the series is called.</param>
    public static Sheet Summary(IReadOnlyList<SweepRun> runs, string column, string series = "series")
    {
        Sheet sheet = new("method", series, column, "policies", "diverged", "diverged_critics", "seeds", "mean", "std_over_seeds", "low", "high", "median");
        foreach (var group in runs.GroupBy(run => (run.Method, run.Setting.Series, run.Setting.Value)))
        {
            Statistic statistic = OverSeeds(group);
            sheet.Add(
                group.Key.Method, group.Key.Series, group.Key.Value, group.Count(), group.Count(run => double.IsNaN(run.Error)), DivergedCritics(group), statistic.Count,
                statistic.Mean, statistic.Deviation, statistic.Low, statistic.High, Median(group));
        }

        return sheet;
    }

    /// <summary>Mean error of each seed, then over seeds; diverged policies are left out (and counted elsewhere).</summary>
    public static Statistic OverSeeds(IEnumerable<SweepRun> runs) => Statistic.OverSeeds(runs.Select(run => (run.Seed, run.Error)));

    /// <summary>Median error; diverged policies count as worse than all others.</summary>
    public static double Median(IEnumerable<SweepRun> runs)
    {
        double[] sorted = [.. runs.Select(run => double.IsNaN(run.Error) ? double.PositiveInfinity : run.Error).Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Number of seeds whose training diverged.</summary>
    public static int DivergedCritics(IEnumerable<SweepRun> runs) => runs.Where(run => run.CriticDiverged).Select(run => run.Seed).Distinct().Count();

    private static List<SweepRun> Fit(
        PaperContext context,
        string method,
        int seed,
        CriticModel? critic,
        IReadOnlyList<SweepSetting> settings,
        int policies,
        int steps,
        Func<IReadOnlyList<FittingTask>, IEnvironment>? environments,
        Action<long, long> progress)
    {
        List<FittingTask> tasks = [];
        List<SweepRun> runs = [];
        foreach (SweepSetting setting in settings)
        {
            for (int goal = 0; goal < setting.Goals.Count; goal++)
            {
                for (int policy = 0; policy < policies; policy++)
                {
                    tasks.Add(new FittingTask { Goal = setting.Goals[goal], Robot = setting.Robot, Seed = (ulong)seed, PolicyIndex = policy });
                    runs.Add(new(method, seed, setting, goal, policy, double.NaN) { CriticDiverged = critic is null });
                }
            }
        }

        if (critic is null)
        {
            return runs;
        }

        using PolicyLearner learner = new(critic, new PolicyLearnerOptions { Steps = steps, Threads = context.Threads });
        Reporter<FittingProgress> reporter = new(p => progress(p.Completed, p.Total));
        IReadOnlyList<PolicyFit> fits = environments is null
            ? learner.Fit(tasks, reporter, context.CancellationToken)
            : learner.Fit(tasks, environments, reporter, context.CancellationToken);
        return [.. runs.Zip(fits, (run, fit) => run with { Error = fit.Error })];
    }
}
