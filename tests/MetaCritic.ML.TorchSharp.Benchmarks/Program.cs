using System.Diagnostics;
using System.Globalization;
using MetaCritic.Analysis;
using MetaCritic.Learning;
using MetaCritic.ML.TorchSharp;
using MetaCritic.ML.TorchSharp.Tests;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

// The torch engine beside the managed one. Commands: start, meta [ROUNDS], memory [META-ITERATIONS], quality [SEEDS [FIRST]], architectures.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TorchRuntime.UseCompatibleCopy = true;
switch (args.FirstOrDefault())
{
    case "start":
        Start();
        return 0;
    case "meta":
        Meta(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
        return 0;
    case "memory":
        Memory(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2000);
        return 0;
    case "quality":
        Quality(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 0);
        return 0;
    case "architectures":
        Architectures();
        return 0;
    default:
        Console.Error.WriteLine("Give start, meta, memory, quality or architectures.");
        return 2;
}

static void Start()
{
    long before = Environment.WorkingSet, began = Stopwatch.GetTimestamp();
    TorchRuntime.Load();
    using Tensor x = ones(2, 2), y = x.mm(x);
    Console.WriteLine($"torch: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms to the first product, {(Environment.WorkingSet - before) / 1048576.0:F0} MiB resident");
}

// Processor time of one thread each, in turn: the machine may be busy.
static void Meta(int rounds)
{
    TaskPreset kuka = TaskPreset.Kuka, arm = TaskPreset.TwoLink;
    Random random = new(1);
    double[][] Goals(int count, int joints) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, joints).Select(_ => random.NextDouble() - 0.5).ToArray())];
    foreach ((string name, TaskPreset preset, int goals, int horizon, TorchNetworks? networks) in new (string, TaskPreset, int, int, TorchNetworks?)[]
    {
        ("Kuka, B = 4, T = 65", kuka, 4, 65, null),
        ("Kuka, B = 16, T = 50", kuka, 16, 50, null),
        ("two-link, B = 16, T = 45", arm, 16, 45, null),
        ("two-link, B = 16, T = 45, policies one by one", arm, 16, 45, new() { Policy = (s, a) => new ResidualPolicy(s, a, 64) }),
    })
    {
        MetaTrainingOptions options = preset.Training with { Iterations = 1_000_000, Horizon = horizon, PoliciesPerGoal = 1, Threads = 1 };
        TrainingGoals training = new() { Goals = Goals(goals, preset.Robot.DegreesOfFreedom) };
        using MetaTrainer engine = new(preset.Robot, preset.Dynamics, training, options);
        using TorchMetaTrainer torch = new(preset.Robot, preset.Dynamics, training, options, networks);
        double[] a = new double[rounds], b = new double[rounds];
        _ = (Time(20, () => engine.Step()), Time(4, () => torch.Step()));
        for (int i = 0; i < rounds; i++)
        {
            (a[i], b[i]) = (Time(5, () => engine.Step()), Time(2, () => torch.Step()));
        }

        Console.WriteLine($"{name}: engine {Range(a)} ms, torch {Range(b)} ms, torch / engine {Range([.. b.Zip(a, (x, y) => x / y)])}");
    }
}

static double Time(int count, Action step)
{
    using Process me = Process.GetCurrentProcess();
    TimeSpan before = me.TotalProcessorTime;
    for (int i = 0; i < count; i++)
    {
        step();
    }

    me.Refresh();
    return (me.TotalProcessorTime - before).TotalMilliseconds / count;
}

static string Range(double[] values)
{
    double[] sorted = [.. values.Order()];
    return $"{sorted[sorted.Length / 2]:G3} [{sorted[sorted.Length / 4]:G3}, {sorted[3 * sorted.Length / 4]:G3}]";
}

static void Memory(int iterations)
{
    MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = iterations, Horizon = 10, PoliciesPerGoal = 1, CriticHidden = [64, 64], PolicyHidden = [16] };
    using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, new() { Goals = [[0.5, 0.5], [-0.5, 0.5]] }, options);
    for (int i = 1; i <= iterations; i++)
    {
        trainer.Step();
        if (i % (iterations / 10) == 0)
        {
            Console.WriteLine($"{i} meta-iterations: {Environment.WorkingSet / 1048576.0:F0} MiB resident, {Tensor.TotalCount} tensors");
        }
    }
}

// The critics of both engines after the preset's meta-iterations: errors of fresh policies on the training goals.
static void Quality(int seeds, int first)
{
    TrainingGoals goals = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };
    List<double> engine = [], torch = [];
    for (int seed = first; seed < first + seeds; seed++)
    {
        MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 500, Seed = (ulong)seed };
        using MetaTrainer managed = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options, TaskPreset.TwoLink.Fitting);
        engine.Add(CriticValidation.Run(managed.Train(), goals, policiesPerGoal: 4).Error);
        using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options, fitting: TaskPreset.TwoLink.Fitting);
        using TorchCriticModel critic = trainer.Train();
        torch.Add(CriticValidation.Run(critic.ToCriticModel(), goals, policiesPerGoal: 4).Error);
        Console.WriteLine($"seed {seed}: engine {engine[^1]:F4}, torch {torch[^1]:F4} rad²");
        if (seed > first)
        {
            Console.WriteLine($"engine {Interval(engine)}, torch {Interval(torch)}");
        }
    }

    static string Interval(List<double> errors)
    {
        ErrorSummary summary = ErrorSummary.Of([.. errors]);
        return $"{summary.Mean:F4} [{summary.ConfidenceLow:F4}, {summary.ConfidenceHigh:F4}] rad²";
    }
}

// A critic with layer normalisation and residual policies, which the engine does not have, on the two-link arm.
static void Architectures()
{
    TrainingGoals goals = new() { Goals = [[0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]] };
    TorchNetworks networks = new() { Critic = inputs => new NormalisedCritic(inputs, 64), Policy = (s, a) => new ResidualPolicy(s, a, 16) };
    MetaTrainingOptions options = TaskPreset.TwoLink.Training with { Iterations = 300, PoliciesPerGoal = 2, PolicyLearningRate = 0.005 };
    using TorchMetaTrainer trainer = new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, options, networks);
    using TorchCriticModel critic = trainer.Train();
    using TorchPolicyLearner learner = new(critic, TaskPreset.TwoLink.Fitting, networks);
    double[] errors = [.. learner.Fit([.. goals.Goals.Select(goal => new FittingTask { Goal = goal })]).Select(fit => fit.Error)];
    Console.WriteLine($"layer normalisation, residual policies: error {errors.Average():F4} rad² on the training goals ({string.Join(", ", errors.Select(e => e.ToString("F4", CultureInfo.InvariantCulture)))})");
}
