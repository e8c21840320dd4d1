using System.Text.Json;
using System.Text.Json.Serialization;
using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>The paper's baselines as ways of learning a critic, which then is used like a meta-learned one: frozen, with fresh policies.</summary>
internal static class BaselineMethods
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly string[] Names = ["DDPG", "Meta Critic"];

    /// <summary>DDPG.</summary>
    /// <param name="preset">Robot and settings.</param>
    /// <param name="dynamics">How the robot is stepped.</param>
    /// <param name="goals">The training goals.</param>
    public static CriticMethod Ddpg(BaselinePreset preset, RigidBodyOptions dynamics, TrainingGoals goals) => new(Names[0], (context, seed, progress) =>
    {
        DdpgOptions options = Options(context, preset.Ddpg, seed);
        using Ddpg trainer = new(preset.Task.Robot, dynamics, goals, options);
        return Train(context, $"{preset.Task.Name}-ddpg", trainer, JsonSerializer.SerializeToUtf8Bytes(options, Json), progress);
    })
    { SingleThreaded = true };

    /// <summary>The online meta critic.</summary>
    /// <param name="preset">Robot and settings.</param>
    /// <param name="dynamics">How the robot is stepped.</param>
    /// <param name="goals">The training goals.</param>
    public static CriticMethod MetaCritic(BaselinePreset preset, RigidBodyOptions dynamics, TrainingGoals goals) => new(Names[1], (context, seed, progress) =>
    {
        OnlineMetaCriticOptions options = preset.MetaCritic with
        {
            Ddpg = Options(context, preset.MetaCritic.Ddpg, seed),
            MetaCriticHidden = context.Pick(preset.MetaCritic.MetaCriticHidden, [32, 32]),
        };
        using OnlineMetaCritic trainer = new(preset.Task.Robot, dynamics, goals, options);
        return Train(context, $"{preset.Task.Name}-meta-critic", trainer, JsonSerializer.SerializeToUtf8Bytes(options, Json), progress);
    })
    { SingleThreaded = true };

    /// <summary>Trains a baseline, or gives the one that is there.</summary>
    /// <param name="context">Where critics are kept.</param>
    /// <param name="name">What it is, for the file's name.</param>
    /// <param name="trainer">The baseline, before its first iteration.</param>
    /// <param name="options">All its settings.</param>
    /// <param name="progress">Is told how much is done, of how much.</param>
    public static TrainedCritic Train(PaperContext context, string name, BaselineTrainer trainer, ReadOnlySpan<byte> options, Action<long, long> progress)
    {
        using MemoryStream untrained = new();
        trainer.CreateCritic().Save(untrained); // holds robot, dynamics, goals and first weights
        untrained.Write(options);
        return context.Critics.Get(name, untrained.ToArray(), () =>
        {
            BaselineResult result = trainer.Train(new Reporter<BaselineProgress>(p => progress(p.Completed, p.Total)), cancellationToken: context.CancellationToken);
            return new(result.Critic, result.Curve);
        });
    }

    /// <summary>Sentences about how methods are compared, and about trainings that diverged.</summary>
    /// <param name="preset">Settings of the baselines.</param>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<string> Remarks(BaselinePreset preset, IReadOnlyList<SweepRun> runs)
    {
        List<string> remarks = [];
        if (runs.Any(run => Names.Contains(run.Method)))
        {
            remarks.Add(
                $"Every method fits fresh policies with a frozen critic, from the same initial policies and with the same number of updates. The learning rate α is {Format.Exact(preset.Task.Training.PolicyLearningRate)} for the learned critic, as in its training, and " +
                $"{Format.Exact(preset.Ddpg.FittingLearningRate)} for the baselines, chosen for them on the training goals alone (docs/baselines.md). Diverged policies are counted, and are in no mean.");
        }

        if (runs.Any(run => run.Method == KukaTask.Beyond.Name))
        {
            remarks.Add($"{KukaTask.Beyond.Name} is not the paper's setting: it takes {Format.Count(KukaTask.Beyond.Steps!.Value)} policy updates on roll-outs of twice the time (docs/differences-from-the-paper.md, 51). Compare the other rows with one another.");
        }

        foreach (var method in runs.GroupBy(run => run.Method))
        {
            int diverged = Sweep.DivergedCritics(method);
            if (diverged > 0)
            {
                remarks.Add($"{method.Key}: the training of {Format.Count(diverged)} of {Format.Count(method.Select(run => run.Seed).Distinct().Count())} seeds diverged. All policies of these seeds count as diverged.");
            }
        }

        return remarks;
    }

    private static DdpgOptions Options(PaperContext context, DdpgOptions options, int seed) => options with
    {
        Seed = (ulong)seed,
        Threads = 1, // seeds are trained at the same time instead
        Iterations = context.Pick(options.Iterations, 8),
        WarmupIterations = context.Pick(options.WarmupIterations, 2),
        UpdatesPerIteration = context.Pick(options.UpdatesPerIteration, 5),
        EvaluationInterval = context.Pick(options.EvaluationInterval, 2),
        CriticHidden = context.Pick(options.CriticHidden, [64, 64]),
    };
}
