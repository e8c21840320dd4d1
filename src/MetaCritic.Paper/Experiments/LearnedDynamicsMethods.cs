using System.Text;
using MetaCritic.Baselines;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>Critics of the 2-joint arm that were meta-trained through other dynamics than the arm's own.</summary>
internal static class LearnedDynamicsMethods
{
    /// <summary>Most transitions that dynamics are learned from.</summary>
    public const int TransitionLimit = 20_000;

    private const double MassFactor = 1.3;
    private const int Rounds = 3;

    private static readonly TaskPreset Preset = TaskPreset.Reacher;

    /// <summary>The arm itself.</summary>
    public static RobotModel Robot => Preset.Robot;

    /// <summary>How it is stepped.</summary>
    public static RigidBodyOptions Dynamics => Preset.Dynamics;

    /// <summary>What the arm is mistaken for: its links 30 % heavier, and without damping.</summary>
    public static RobotModel WrongRobot { get; } = Preset.Robot.With(
    [
        new("arm1.mass_scale", MassFactor), new("arm2.mass_scale", MassFactor), new("shoulder.damping", 0), new("elbow.damping", 0),
    ]);

    /// <summary>Meta-trained through the arm's own dynamics.</summary>
    public static CriticMethod True { get; } = ReacherTask.Learned with { Name = "(a) true f" };

    /// <summary>Meta-trained through dynamics learned from a log.</summary>
    public static CriticMethod Learned { get; } = new("(b) learned f", (context, seed, progress) => Train(context, "learned", seed, prior: null, rounds: 1, progress));

    /// <summary>Meta-trained through the wrong model.</summary>
    public static CriticMethod Wrong { get; } = new("(c) wrong model", (context, seed, progress) => context.Critics.Train(
        "reacher-wrong", WrongRobot, Preset.Dynamics, ReacherTask.Goals, ReacherTask.Options(context, seed), progress, context.CancellationToken));

    /// <summary>Meta-trained through the wrong model, corrected by what was learned from a log.</summary>
    public static CriticMethod Corrected { get; } = new(
        "(d) wrong model, learned residual", (context, seed, progress) => Train(context, "corrected", seed, new RigidBodyDynamics(WrongRobot, Preset.Dynamics), rounds: 1, progress));

    /// <summary>Meta-trained through learned dynamics that are refined with roll-outs of the policies, with as many transitions in all.</summary>
    public static CriticMethod Alternating { get; } = new("(e) learned f, in rounds", (context, seed, progress) => Train(context, "rounds", seed, prior: null, Rounds, progress));

    /// <summary>Random roll-outs of the arm.</summary>
    /// <param name="context">Effort.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="episodes">How many.</param>
    public static Transitions Collect(PaperContext context, int seed, int episodes) =>
        TransitionCollector.Collect(new SimulatedRobot(Robot, episodes, Dynamics), new() { Seed = (ulong)seed, Horizon = ReacherTask.Options(context, seed).Horizon }, cancellationToken: context.CancellationToken);

    private static TrainedCritic Train(PaperContext context, string name, int seed, IDifferentiableDynamics? prior, int rounds, Action<long, long> progress)
    {
        MetaTrainingOptions training = ReacherTask.Options(context, seed);
        int all = context.Pick(TransitionLimit / training.Horizon, 20);
        ModelLearningOptions options = new()
        {
            Dynamics = new() { Seed = (ulong)seed, TimeStep = Preset.Dynamics.TimeStep, Angles = true, Epochs = context.Pick(60, 5), Members = context.Pick(5, 2), Hidden = context.Pick<IReadOnlyList<int>>([64, 64], [16]) },
            Rounds = rounds,
            EpisodesPerRound = Math.Max(1, all / 4),
        };
        int episodes = all - ((rounds - 1) * options.EpisodesPerRound);
        string content = string.Join('\n', OptionsJson.Write(Preset.Dynamics, training with { Threads = 0 }), options, options.Dynamics, name, episodes, prior is null);
        return context.Critics.Get($"reacher-{name}", Encoding.UTF8.GetBytes(content), () =>
        {
            using ModelLearningTrainer trainer = new(
                Collect(context, seed, episodes),
                Robot.DegreesOfFreedom,
                ReacherTask.Goals,
                training,
                options,
                prior,
                starts => new SimulatedRobot(Robot, starts.Count, Dynamics, starts));
            CriticModel critic = trainer.Train(
                new Reporter<ModelLearningProgress>(p => progress(p.MetaTraining?.Completed ?? 0, training.Iterations)), cancellationToken: context.CancellationToken);
            return new(critic, TrainingCurve.OfMetaTraining("learned critic", trainer.History, training, ReacherTask.Goals.Goals.Count));
        });
    }
}
