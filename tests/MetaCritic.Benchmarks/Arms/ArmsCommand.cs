using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Arms;

/// <summary>
/// The command <c>arms</c>: meta-trains a critic for each robot with the settings of <see cref="TaskPreset.For"/> and fits fresh policies
/// to the training goals and to goals around them. Prints a table in Markdown; docs/results.md has it.
/// </summary>
internal static class ArmsCommand
{
    private const int PoliciesPerTable = 12; // for each row and seed, on the training goals and on each set of goals around them
    private const ulong GoalSeed = 27_182_818;
    private const ulong AroundSeed = 57_721_566;

    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        Argument<string[]> files = new("robots") { Description = "Robots' files, or kuka for the built-in iiwa 7.", Arity = ArgumentArity.OneOrMore };
        Option<int> seeds = new("--seeds") { Description = "Number of seeds: 0, 1 ...", DefaultValueFactory = _ => 3 };
        Option<int[]> counts = new("--goals") { Description = "Numbers of training goals, separated by commas.", CustomParser = Numbers(int.Parse), DefaultValueFactory = _ => [4, 16] };
        Option<double[]> deviations = new("--std")
        {
            Description = "Standard deviations of the goals around the training goals, rad, separated by commas.",
            CustomParser = Numbers(double.Parse),
            DefaultValueFactory = _ => [0.3, 1],
        };
        Option<string[]?> only = new("--lock-all-but")
        {
            Description = "Joints that move, separated by commas; all others are locked.",
            CustomParser = result => result.Tokens[^1].Value.Split(','),
        };
        Command command = new("arms", "Train and fit with the settings that are computed from a robot, on any robots.") { files, seeds, counts, deviations, only };
        command.SetAction(parsed => Table(parsed.GetRequiredValue(files), parsed.GetValue(seeds), parsed.GetRequiredValue(counts), parsed.GetRequiredValue(deviations), parsed.GetValue(only) is { Length: > 0 } joints ? joints : null, output));
        return command.Parse(args).Invoke(new() { Output = output, Error = errors });
    }

    private static Func<System.CommandLine.Parsing.ArgumentResult, T[]> Numbers<T>(Func<string, IFormatProvider, T> parse) =>
        result => [.. result.Tokens[^1].Value.Split(',').Select(text => parse(text, CultureInfo.InvariantCulture))];

    private static void Table(string[] robots, int seeds, int[] counts, double[] deviations, string[]? only, TextWriter output)
    {
        string[] columns = ["training goals", .. deviations.Select(std => Say($"std {std}"))];
        output.WriteLine($"| arm | joints | goals | {string.Join(" | ", columns)} | diverged | training, s | fitting, s |");
        output.WriteLine($"|---|---|---|{string.Concat(columns.Select(_ => "---|"))}---|---|---|");
        foreach (string name in robots)
        {
            RobotModel robot = name == "kuka" ? RobotModel.KukaIiwa7 : RobotModel.Load(name, new() { LockAllBut = only });
            foreach (int count in counts)
            {
                Row[] rows = [.. Enumerable.Range(0, seeds).Select(seed => Measure(robot, count, (ulong)seed, deviations))];
                string[] cells = [.. columns.Select((_, i) => Errors([.. rows.Select(row => row.Errors[i])]))];
                output.WriteLine(Say(
                    $"| {Path.GetFileNameWithoutExtension(name)} | {robot.DegreesOfFreedom} | {count} | {string.Join(" | ", cells)} | {rows.Sum(row => row.Diverged)} of {rows.Sum(row => row.Policies)} | {rows.Average(row => row.Training):F1} | {rows.Average(row => row.Fitting):F2} |"));
                output.Flush();
            }
        }
    }

    // Mean over the seeds, and the greatest of them.
    private static string Errors(double[] values) => Say($"{values.Average():G2} ({values.Max():G2})");

    private static Row Measure(RobotModel robot, int count, ulong seed, double[] deviations)
    {
        double[][] goals = [.. GoalSampling.Uniform(robot.DegreesOfFreedom, count, 0, 1, GoalSeed + seed).Select(parts => parts.Select((part, joint) => Within(robot.MovableJoints[joint], part)).ToArray())];
        TaskPreset preset = TaskPreset.For(robot, count);
        TimeSpan before = Processor();
        using MetaTrainer trainer = new(robot, preset.Dynamics, new() { Goals = goals }, preset.Training with { Seed = seed }, preset.Fitting);
        CriticModel critic = trainer.Train();
        double training = (Processor() - before).TotalSeconds / Environment.ProcessorCount;
        before = Processor();
        ValidationResult[] results =
        [
            CriticValidation.Run(critic, new() { Goals = goals }, Math.Max(1, PoliciesPerTable / count), seed: seed),
            .. deviations.Select(std => CriticValidation.Run(critic, new() { Goals = Around(robot, goals, std, seed) }, seed: seed)),
        ];
        int policies = results.Sum(result => result.Policies);
        double fitting = (Processor() - before).TotalSeconds / Environment.ProcessorCount / policies;
        return new([.. results.Select(result => result.Error)], results.Sum(result => result.Diverged), policies, training, fitting);
    }

    // The part of the range [−1, 1] that lies inside the limits; all of the limits where none does.
    private static double Within(RobotJoint joint, double part)
    {
        (double low, double high) = (Math.Max(joint.LowerLimit, -1), Math.Min(joint.UpperLimit, 1));
        (low, high) = low <= high ? (low, high) : (joint.LowerLimit, joint.UpperLimit);
        return low + (part * (high - low));
    }

    private static double[][] Around(RobotModel robot, double[][] goals, double std, ulong seed) =>
    [
        .. GoalSampling.Around(goals, std, PoliciesPerTable, AroundSeed + seed)
            .Select(goal => goal.Select((position, joint) => Math.Clamp(position, robot.MovableJoints[joint].LowerLimit, robot.MovableJoints[joint].UpperLimit)).ToArray()),
    ];

    // Time on processors: others may be at work on the machine.
    private static TimeSpan Processor()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(double[] Errors, int Diverged, int Policies, double Training, double Fitting);
}
