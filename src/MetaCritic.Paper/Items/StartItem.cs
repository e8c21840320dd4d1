using MetaCritic.Cli.Output;
using MetaCritic.Cli.Plots;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Items;

/// <summary>Policies of the Kuka arm from other start states than the one that they were fitted from.</summary>
internal sealed class StartItem : IPaperItem
{
    private const double Spread = 0.3;
    private const int Starts = 10;
    private const ulong Seed = 161_803;

    private static readonly double[] Deviations = [0, 0.1, 0.3];

    private static readonly (CriticMethod Critic, RigidBodyOptions Dynamics, bool Drawn, string Name)[] Ways =
    [
        .. from critic in new[] { (Method: KukaTask.Compensated, Dynamics: KukaTask.Dynamics(compensated: true)), (Method: KukaTask.Beyond, Dynamics: KukaTask.BeyondDynamics) }
           from drawn in new[] { false, true }
           select (critic.Method, critic.Dynamics, drawn, Method.Of(critic.Method.Name).FittedFrom(drawn).Name),
    ];

    public string Name => "start";

    public string Title => "Policies from other start states";

    public string Shown =>
        "Our own: policies for the four training goals of the Kuka arm, tried from other start states than those they were fitted from. They are fitted from rest at 0 (\"one start\"), or from start positions N(0, 0.3) drawn anew for every update (\"drawn starts\"). Then each is rolled out from ten start positions moved by N(0, std). There are two critics: that of Table 1, and one whose policies started from drawn positions in meta-training.";

    public PaperResult Run(PaperContext context)
    {
        context.Begin(2 * Ways.Length * context.Seeds);
        Sheet runs = new("method", "seed", "std", "goal", "policy", "start", "error", "diverged");
        Sheet summary = new("method", "std", "runs", "diverged", "seeds", "mean", "low", "high");
        List<string[]> rows = [];
        foreach ((CriticMethod method, RigidBodyOptions dynamics, bool drawn, string name) in Ways)
        {
            List<(int Seed, double Std, double Error)> errors = [];
            for (int seed = 0; seed < context.Seeds; seed++)
            {
                CriticModel critic = context.Part(progress => method.Train(context, seed, progress)).Critic!;
                IReadOnlyList<PolicyFit> fits = context.Part(progress => Fit(context, method, dynamics, drawn, seed, critic, progress));
                foreach (double std in Deviations)
                {
                    Measure(context, dynamics, fits, std, (policy, start, error) =>
                    {
                        runs.Add(name, seed, std, policy / Policies(context), policy % Policies(context), start, error, !double.IsFinite(error));
                        errors.Add((seed, std, error));
                    });
                }
            }

            Statistic[] statistics = [.. Deviations.Select(std => Statistic.Of(errors.Where(e => e.Std == std).GroupBy(e => e.Seed).Select(s => s.Select(e => e.Error).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())))];
            for (int i = 0; i < Deviations.Length; i++)
            {
                (int, double Std, double Error)[] these = [.. errors.Where(e => e.Std == Deviations[i])];
                summary.Add(name, Deviations[i], these.Length, these.Count(e => !double.IsFinite(e.Error)), statistics[i].Count, statistics[i].Mean, statistics[i].Low, statistics[i].High);
            }

            rows.Add([name, .. statistics.Select(s => s.Text())]);
        }

        return new(
            new(runs, summary),
            [new("Mean squared final error, rad², over the standard deviation of the start positions, rad", ["method", .. Deviations.Select(Format.Short)], rows)]);
    }

    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets) =>
    [
        new("", "Error over the distance of the start positions from 0. Bands reach from the least to the greatest seed.", new(
            "Error of policies from moved start states", [KukaTables.Errors("", "std of the start positions, rad", "std", sheets.Runs.Rows, [])])),
    ];

    private static int Policies(PaperContext context) => context.Pick(KukaTask.PoliciesPerGoal, 1);

    private static IReadOnlyList<PolicyFit> Fit(
        PaperContext context, CriticMethod method, RigidBodyOptions dynamics, bool drawn, int seed, CriticModel critic, Action<long, long> progress)
    {
        FittingTask[] tasks =
            [.. from goal in KukaTask.Goals.Goals from policy in Enumerable.Range(0, Policies(context)) select new FittingTask { Goal = goal, Seed = (ulong)seed, PolicyIndex = policy }];
        int steps = context.Pick(method.Steps ?? KukaTask.Steps, 3);
        using PolicyLearner learner = new(critic, new() { Steps = steps, Threads = context.Threads });
        Reporter<FittingProgress> reporter = new(p => progress(p.Completed, p.Total));
        return drawn
            ? learner.Fit(tasks, group => new DrawnStarts(TaskPreset.Kuka.Robot, dynamics, Spread, steps + 1, [.. group.Select(task => Seed + 1 + (ulong)Array.IndexOf(tasks, task))]), reporter, context.CancellationToken)
            : learner.Fit(tasks, reporter, context.CancellationToken);
    }

    private static void Measure(PaperContext context, RigidBodyOptions dynamics, IReadOnlyList<PolicyFit> fits, double std, Action<int, int, double> report)
    {
        int starts = std == 0 ? 1 : context.Pick(Starts, 2);
        double[] rest = new double[TaskPreset.Kuka.Robot.DegreesOfFreedom];
        double[][] moved = [.. GoalSampling.Around([rest], std, starts, Seed).Select(positions => (double[])[.. positions, .. rest])];
        PolicyModel[] policies = [.. from fit in fits from start in moved select fit.Policy];
        double[][] places = [.. from fit in fits from start in moved select start];
        RollOut.Sample[][] samples = RollOut.Of(TaskPreset.Kuka.Robot, dynamics, policies, places, TaskPreset.Kuka.Training.Horizon);
        for (int i = 0; i < samples.Length; i++)
        {
            report(i / starts, i % starts, fits[i / starts].Diverged ? double.NaN : samples[i][^1].Error);
        }
    }
}
