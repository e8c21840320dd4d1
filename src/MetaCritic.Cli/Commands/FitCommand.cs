using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MetaCritic.Analysis;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic fit</c>: fits policies for a table of goals with a frozen critic.</summary>
internal static class FitCommand
{
    /// <summary>Policies fitted before their results are noted and they are let go: bounds the memory.</summary>
    private const int Portion = 1024;

    private const int PoliciesPerGoalLimit = 10_000;

    /// <summary>Bounds the memory of the results.</summary>
    private const int PolicyLimit = 1_000_000;

    public static Command Create(Terminal terminal, IReadOnlyList<string> args)
    {
        Option<string> critic = new("--critic") { Description = "The critic that metacritic train wrote.", HelpName = "file", Required = true };
        Option<string> goals = new("--goals")
        {
            Description = "Goals, - for standard input: a column per joint, named by the joint or goal_0, goal_1 ...; optional are start_0 ..., seed, and parameters of the robot such as iiwa_link_7.mass.",
            HelpName = "goals.csv",
            Required = true,
        };
        Option<string> output = new("--out") { Description = "The goals with the results beside them are written to this table; - for standard output.", HelpName = "fitted.csv", Required = true };
        Option<string?> robot = new("--robot") { Description = "Fit on this robot: two-link, reacher, kuka, or a URDF or MJCF file. Default: the critic's own.", HelpName = "robot" };
        Option<string?> policies = new("--policies") { Description = "Keep the policies in this folder, as policy_ROW_INDEX.policy.", HelpName = "folder" };
        Option<ulong> seed = new("--seed") { Description = "Seed of the initial policies, where the table has no column seed. Default: 0.", HelpName = "S" };
        Option<int?> steps = new("--steps") { Description = "Largest number of policy updates. Default: what the critic was trained for.", HelpName = "N" };
        Option<int> perGoal = new("--policies-per-goal") { Description = "Policies per row.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<double?> learningRate = Arguments.Number("--learning-rate", "Learning rate of the policies. Default: what the critic was trained for.");
        Option<double?> tolerance = Arguments.Number("--tolerance", "Stop a policy as soon as its error is at most this. Default: what the critic was trained for, mostly 0: use all steps.");
        Option<bool> allowOutside = new("--allow-outside") { Description = "Fit even if most goals are outside the limits of the joints." };
        Option<bool> keep = new("--keep") { Description = "Write the table even if every policy diverged; the exit code is 1 all the same." };
        Option<int?> threads = Arguments.Threads();
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("fit", "Fit policies for a table of goals with a critic, without a model. The result of a row does not depend on the other rows.", "metacritic fit --critic arm.critic --goals goals.csv --out fitted.csv")
        {
            critic, goals, output, robot, policies, seed, steps, perGoal, learningRate, tolerance, allowOutside, keep, threads, separator, json,
        };
        RobotChoices.Options choices = new(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string criticFile = parsed.GetRequiredValue(critic);
            string goalFile = parsed.GetRequiredValue(goals);
            string outFile = parsed.GetRequiredValue(output);
            int count = parsed.GetValue(perGoal);
            Arguments.RequireRange("--policies-per-goal", count, 1, PoliciesPerGoalLimit);
            CriticModel model = CriticModel.Load(criticFile);
            RobotModel? fitted = RobotOf(terminal, model, criticFile, parsed.GetValue(robot), choices.Of(parsed), out RigidBodyOptions? dynamics);
            if (fitted is null)
            {
                terminal.Remark($"{criticFile}: fitting in the learned dynamics of the critic; --robot fits on a robot");
            }

            PolicyLearnerOptions options = new FittingOptions(seed, steps, learningRate, tolerance).Of(parsed, model);
            options = options with { Threads = parsed.GetValue(threads) ?? options.Threads };
            Arguments.Check(options.Validate, ("threads", threads.Name));
            FittingTable table = ReadGoals(terminal, goalFile, Arguments.FormatOf(parsed, separator), model, fitted, PolicyLimit / count);
            IEnumerable<FittingTask> tasks = table.Tasks(parsed.GetValue(seed), count);
            if (fitted is not null)
            {
                LimitRemarks.Say(terminal, goalFile, fitted, [.. table.Rows.Select(row => row.Goal)], [.. table.Rows.Select(row => row.StartState)], parsed.GetValue(allowOutside));
                LimitRemarks.SayStart(terminal, fitted);
            }

            OutputFiles.RequireDistinct("--out", outFile, "--goals", goalFile);
            OutputFiles.RequireDistinct("--out", outFile, "--critic", criticFile);
            if (outFile != Terminal.Dash)
            {
                OutputFiles.PrepareOutput(outFile);
            }
            else if (parsed.GetValue(json))
            {
                throw new InvalidInputException("--json", "the table goes to standard output", "Leave it out, or give a file with --out");
            }

            string? folder = parsed.GetValue(policies);
            if (folder is not null)
            {
                OutputFiles.PrepareFolder("--policies", folder);
                AtomicFile.EnsureWritable(Path.Combine(folder, PolicyFile(0, 0)));
            }

            Stopwatch watch = Stopwatch.StartNew();
            List<Result> results = Fit(terminal, model, dynamics, options, tasks, table.Rows.Count * count, count, folder, cancellationToken);
            if (results.TrueForAll(result => result.Diverged))
            {
                FitFailure.Advise(terminal, args, model, options, tried => FitSome(model, dynamics, tried, tasks, cancellationToken));
                if (parsed.GetValue(keep))
                {
                    Write(terminal, outFile, table, results, count, model.StateSize);
                }

                throw new MetaCriticException($"every policy diverged ({Format.Count(results.Count)} of {Format.Count(results.Count)}). {(parsed.GetValue(keep) ? $"The table was written all the same, to {(outFile == Terminal.Dash ? "standard output" : outFile)}." : "No table was written (--keep writes it all the same).")}");
            }

            Write(terminal, outFile, table, results, count, model.StateSize);
            Report(terminal, parsed.GetValue(json), Format.ErrorUnit(fitted), table.Rows.Count, results, watch.Elapsed, outFile, folder);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    // Null if the policies are to be fitted in the critic's learned dynamics.
    internal static RobotModel? RobotOf(Terminal terminal, CriticModel critic, string criticFile, string? name, RobotChoices choices, out RigidBodyOptions? dynamics)
    {
        dynamics = critic.Dynamics;
        if (name is null && choices.ReadingOption is { } reading)
        {
            throw new InvalidInputException(reading, "there is no --robot, and the critic's own robot is what it was when the critic was trained", "Give the robot with --robot, or leave it out");
        }

        if (critic.LearnedDynamics is { } learned)
        {
            if (name is null)
            {
                return choices.IsEmpty ? null : throw new InvalidInputException("--robot-set", "there is no --robot", "Name the robot that is to be changed");
            }

            // The robot is stepped as its preset says, in the control steps of the log.
            dynamics = RobotSource.BuiltIn.Contains(name) ? RobotSource.Preset(name).Dynamics : learned.PriorOptions ?? throw new InvalidInputException(
                $"--robot {name}", "the critic was trained on learned dynamics, which do not tell how this robot is stepped", "Give a built-in robot, or leave it out to fit in the learned dynamics");
            dynamics = dynamics with { TimeStep = learned.Options.TimeStep ?? dynamics.TimeStep };
        }

        RobotModel robot = name is not null
            ? RobotSource.Load(name, choices, terminal)
            : choices.Changes.Aggregate(critic.Robot, (changed, change) => changed is null ? null : RobotSource.Change(changed, change)) ?? throw new InvalidInputException(criticFile, "this critic was trained on custom dynamics and has no robot", "Give one with --robot");
        return robot.DegreesOfFreedom == critic.PositionSize && 2 * robot.DegreesOfFreedom == critic.StateSize && robot.DegreesOfFreedom == critic.ActionSize
            ? robot
            : throw new InvalidInputException(
                $"--robot {name}",
                $"the robot \"{robot.Name}\" has {Format.Count(robot.DegreesOfFreedom)} joints, but the critic is for {Format.Count(critic.PositionSize)} positions and {Format.Count(critic.ActionSize)} actions",
                "Give a robot with the same number of joints, or lock the others (--lock, --lock-all-but)");
    }

    // Whatever is wrong with a row is said before anything is computed or written.
    private static FittingTable ReadGoals(Terminal terminal, string path, TableFormat format, CriticModel critic, RobotModel? robot, int limit)
    {
        // Learned dynamics that correct a robot have its joints.
        using GoalReader reader = InputTables.OpenGoals(terminal, path, robot ?? critic.LearnedDynamics?.PriorRobot, critic.PositionSize, critic.StateSize, format);
        if (robot is null)
        {
            InputTables.RequireOneMachine(reader);
        }

        FittingTable table = FittingTable.Read(reader, robot, ResultColumns(critic.StateSize), limit);
        TrainCommand.TellOfOthers(terminal, reader.Table, reader.OtherColumns, "kept as they are");
        return table;
    }

    private static List<Result> Fit(
        Terminal terminal,
        CriticModel critic,
        RigidBodyOptions? dynamics,
        PolicyLearnerOptions options,
        IEnumerable<FittingTask> tasks,
        int policies,
        int count,
        string? folder,
        CancellationToken cancellationToken)
    {
        using PolicyLearner learner = new(critic, options);
        return ProgressDisplay.Run(terminal, "updates", display =>
        {
            List<Result> results = [];
            long total = (long)policies * options.Steps;
            display.Report(0, total);
            foreach (FittingTask[] portion in tasks.Chunk(Portion))
            {
                long before = (long)results.Count * options.Steps;
                Reporter<FittingProgress> progress = new(p => display.Report(before + p.Completed, total));
                foreach (PolicyFit fit in FitPortion(learner, critic, dynamics, portion, progress, cancellationToken))
                {
                    if (folder is not null && !fit.Diverged)
                    {
                        fit.Policy.Save(Path.Combine(folder, PolicyFile(results.Count / count, results.Count % count)));
                    }

                    results.Add(new Result(fit.FinalState, fit.Error, fit.Steps, fit.Diverged, fit.LearningCurve.FirstOrDefault(double.NaN)));
                }
            }

            return results;
        });
    }

    private static IReadOnlyList<PolicyFit> FitPortion(
        PolicyLearner learner, CriticModel critic, RigidBodyOptions? dynamics, FittingTask[] portion, IProgress<FittingProgress>? progress, CancellationToken cancellationToken) =>
        critic.Robot is null && portion[0].Robot is not null
            ? learner.Fit(portion, block => Environment(block, dynamics), progress, cancellationToken)
            : learner.Fit(portion, progress, cancellationToken);

    private static IReadOnlyList<PolicyFit> FitSome(
        CriticModel critic, RigidBodyOptions? dynamics, PolicyLearnerOptions options, IEnumerable<FittingTask> tasks, CancellationToken cancellationToken)
    {
        using PolicyLearner learner = new(critic, options);
        return FitPortion(learner, critic, dynamics, [.. tasks.Take(FitFailure.Tried)], null, cancellationToken);
    }

    private static SimulatedRobot Environment(IReadOnlyList<FittingTask> block, RigidBodyOptions? dynamics) =>
        new([.. block.Select(task => task.Robot!)], dynamics, [.. block.Select(task => task.StartState)]);

    private static void Write(Terminal terminal, string file, FittingTable table, List<Result> results, int count, int stateSize)
    {
        if (file == Terminal.Dash)
        {
            Write(terminal.Out, table, results, count, stateSize);
            return;
        }

        AtomicFile.Write(file, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            Write(writer, table, results, count, stateSize);
        });
    }

    private static void Write(TextWriter writer, FittingTable table, List<Result> results, int count, int stateSize)
    {
        writer.WriteLine(table.RawHeader + table.Separator + string.Join(table.Separator, ResultColumns(stateSize)));
        for (int i = 0; i < results.Count; i++)
        {
            Result result = results[i];
            string[] cells =
            [
                table.Rows[i / count].Raw,
                Format.Count(i % count),
                .. result.FinalState.Select(Format.Exact),
                Format.Exact(result.Diverged ? double.NaN : result.Error),
                Format.Count(result.Steps),
                result.Diverged ? "1" : "0",
            ];
            writer.WriteLine(string.Join(table.Separator, cells));
        }
    }

    private static void Report(Terminal terminal, bool json, string unit, int rows, List<Result> results, TimeSpan duration, string file, string? folder)
    {
        ErrorSummary summary = ErrorSummary.Of([.. results.Select(r => r.Diverged ? double.NaN : r.Error)]);
        double unfitted = results.Select(r => r.Unfitted).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        if (summary.Mean >= unfitted && results.Exists(r => r.Steps > 0))
        {
            terminal.Remark($"warning: the policies are no better than before fitting ({Format.Short(unfitted)} {unit}): look at the critic, the robot and the goals");
        }

        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["rows"] = rows,
                ["policies"] = results.Count,
                ["diverged"] = summary.Diverged,
                ["mean"] = Format.Number(summary.Mean),
                ["meanWithoutFitting"] = Format.Number(unfitted),
                ["median"] = Format.Number(summary.Median),
                ["seconds"] = duration.TotalSeconds,
                ["file"] = file,
                ["policyFolder"] = folder,
            });
            return;
        }

        // A table on standard output is not mixed with what is said of it.
        (file == Terminal.Dash ? terminal with { Out = terminal.Error } : terminal).WriteList(
        [
            ("rows", Format.Count(rows)),
            ("policies", Format.Count(results.Count)),
            ("diverged", Format.Count(summary.Diverged)),
            ("mean error", $"{Format.Short(summary.Mean)} {unit} ({Format.Short(unfitted)} without fitting)"),
            ("median error", $"{Format.Short(summary.Median)} {unit}"),
            ("duration", Format.Duration(duration)),
            ("table", file == Terminal.Dash ? "standard output" : file),
            .. folder is null ? Array.Empty<(string, string)>() : [("policies in", folder)],
        ]);
    }

    internal static string[] ResultColumns(int stateSize) =>
        ["policy", .. Enumerable.Range(0, stateSize).Select(i => $"final_{Format.Count(i)}"), "error", "steps", "diverged"];

    private static string PolicyFile(int row, int index) => $"policy_{Format.Count(row)}_{Format.Count(index)}.policy";

    /// <summary>What stays of a fitted policy.</summary>
    /// <param name="FinalState">The last state.</param>
    /// <param name="Error">The error.</param>
    /// <param name="Steps">Updates made.</param>
    /// <param name="Diverged">Whether it diverged.</param>
    /// <param name="Unfitted">The error before the first update.</param>
    private sealed record Result(double[] FinalState, double Error, int Steps, bool Diverged, double Unfitted);
}
