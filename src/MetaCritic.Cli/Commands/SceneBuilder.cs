using System.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Views;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>Makes a scene of what the command line names.</summary>
/// <param name="terminal">For remarks.</param>
/// <param name="parsed">The command line.</param>
/// <param name="systems">Its options of critic and robot.</param>
/// <param name="fitting">Its options of fitting.</param>
/// <param name="format">How cells of tables are separated.</param>
internal sealed class SceneBuilder(Terminal terminal, ParseResult parsed, PolicySystem.Options systems, FittingOptions fitting, TableFormat format)
{
    // Rows and steps that a page can show smoothly.
    private const int PoseLimit = 2_000;

    private readonly List<RobotModel> _robots = [];

    /// <summary>Reads, fits and rolls out.</summary>
    /// <param name="files">What is to be shown.</param>
    /// <param name="rows">Rows of a table; null for the first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidInputException">A file is not usable, or they do not go together.</exception>
    public Scene Build(string[] files, int[]? rows, CancellationToken cancellationToken)
    {
        string first = files[0];
        if (files.Length > ViewCommand.RunLimit)
        {
            throw new InvalidInputException("the files", $"there are {Format.Count(files.Length)}", $"Give at most {Format.Count(ViewCommand.RunLimit)}");
        }

        FileKind kind = KindOf(first);
        if (files.Length > 1 && (kind is not (FileKind.Policy or FileKind.Table) || files.Any(file => KindOf(file) != kind)))
        {
            throw new InvalidInputException(first, "several files are given", "Several policies or several trajectories can be shown together, everything else alone");
        }

        if (rows is not null && kind is FileKind.Robot or FileKind.Policy)
        {
            throw new InvalidInputException("--rows", $"{first} has no rows", "Leave it out");
        }

        return kind switch
        {
            FileKind.Critic => OfCritic(first, rows, cancellationToken),
            FileKind.Policy => OfPolicies(files, cancellationToken),
            FileKind.Robot => OfRobot(first),
            _ when files.All(IsTrajectory) => OfTrajectories(files),
            _ when files.Length == 1 => OfTable(first, rows, cancellationToken),
            _ => throw new InvalidInputException(first, "several tables are given", "Several trajectories can be shown together, tables of goals one at a time"),
        };
    }

    private static string Plural(int count, string noun) => $"{Format.Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static FileKind KindOf(string file)
    {
        if (RobotSource.BuiltIn.Contains(file))
        {
            return FileKind.Robot;
        }

        if (ModelFile.Peek(file) is { } kind)
        {
            return kind == "policy" ? FileKind.Policy : FileKind.Critic; // whoever reads the file checks it
        }

        using FileStream stream = InputFile.OpenRead(file);
        byte[] head = new byte[4096];
        int read;
        try
        {
            read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{file}: the file could not be read: {e.Message}", e);
        }

        ReadOnlySpan<byte> bytes = head.AsSpan(0, read);
        InputFile.RequireText(file, bytes);
        return bytes.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8) ? FileKind.Robot : FileKind.Table;
    }

    private bool IsTrajectory(string file)
    {
        using TableReader table = TableReader.Open(file, format, name => name is TrajectoryTable.TimeColumn or "error" || name.StartsWith("goal_", StringComparison.Ordinal));
        return table.IndexOf(TrajectoryTable.TimeColumn) >= 0;
    }

    private int IndexOf(RobotModel robot)
    {
        int index = _robots.FindIndex(known => ReferenceEquals(known, robot));
        if (index < 0)
        {
            _robots.Add(robot);
        }

        return index < 0 ? _robots.Count - 1 : index;
    }

    private PolicySystem WithCritic(string what)
    {
        PolicySystem system = systems.Load(terminal, parsed);
        return system.Critic is null ? throw new InvalidInputException("--critic", "it is missing", $"{what} are fitted with a critic: give it") : system;
    }

    private Scene OfRobot(string file)
    {
        if (systems.AreGiven(parsed))
        {
            throw new InvalidInputException(file, "this is a robot, and --critic or --robot is given too", "Leave them out; --robot-set, --lock and --lock-all-but change the robot");
        }

        RobotModel robot = RobotSource.Load(file, systems.Choices.Of(parsed), terminal);
        return new($"The robot {robot.Name}: {Plural(robot.DegreesOfFreedom, "joint")}", [], [robot]);
    }

    private Scene OfTable(string file, int[]? rows, CancellationToken cancellationToken)
    {
        PolicySystem system = WithCritic("The policies of a table");
        List<FittingRows.Row> read = FittingRows.Read(file, format, system.Robot, parsed.GetValue(fitting.Seed), rows, ViewCommand.UsualRuns, out int total);
        if (rows is null && total > read.Count)
        {
            terminal.Remark($"{file}: the first {Format.Count(read.Count)} of {Plural(total, "row")} are shown; --rows chooses others");
        }

        LimitRemarks.Say(terminal, file, system.Robot, [.. read.Select(row => row.Task.Goal)], [.. read.Select(row => row.Task.StartState)], allowed: true);
        return OfRows(read, system, cancellationToken);
    }

    private Scene OfCritic(string file, int[]? rows, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(systems.Critic) is not null)
        {
            throw new InvalidInputException("--critic", $"{file} is a critic itself", "Leave it out");
        }

        PolicySystem system = systems.Load(terminal, parsed, file);
        TrainingGoals goals = system.Critic!.Goals;
        int[] shown = rows ?? [.. Enumerable.Range(1, Math.Min(ViewCommand.UsualRuns, goals.Goals.Count))];
        if (shown.FirstOrDefault(row => row > goals.Goals.Count) is > 0 and int beyond)
        {
            throw new InvalidInputException("--rows", $"there is no goal {Format.Count(beyond)}", $"Give numbers from 1 to {Format.Count(goals.Goals.Count)}");
        }

        if (rows is null && goals.Goals.Count > shown.Length)
        {
            terminal.Remark($"{file}: the first {Format.Count(shown.Length)} of {Plural(goals.Goals.Count, "training goal")} are shown; --rows chooses others");
        }

        return OfRows([.. shown.Select(number =>
        {
            double[] values = goals.ParameterValues?[number - 1] ?? [];
            return new FittingRows.Row(
                number,
                $"{file}, training goal {Format.Count(number)}",
                $"training goal {Format.Count(number)}",
                string.Join(", ", goals.ParameterNames.Zip(values, (name, value) => $"{name} {Format.Short(value)}")),
                new()
                {
                    Goal = goals.Goals[number - 1],
                    StartState = goals.StartStates?[number - 1],
                    Robot = values.Length == 0 ? system.Robot : system.Robot.With(goals.ParameterNames.Zip(values, KeyValuePair.Create)),
                    Seed = parsed.GetValue(fitting.Seed),
                },
                null);
        })], system, cancellationToken);
    }

    private Scene OfRows(List<FittingRows.Row> rows, PolicySystem system, CancellationToken cancellationToken)
    {
        PolicyLearnerOptions options = fitting.Of(parsed, system.Critic!);
        IReadOnlyList<PolicyFit> fits = FittingRows.Fit(rows, system, options, cancellationToken);
        Run[] runs = [.. rows.Zip(fits, (row, fit) =>
        {
            List<(PolicyModel Policy, int Updates)> stages = [.. fit.Snapshots.Select((policy, k) => (policy, k == 0 ? 0 : fit.Steps / 2))];
            if (fit.Steps > 0)
            {
                stages.Add((fit.Policy, fit.Steps));
            }

            return new Run(
                $"{row.Label}, goal {Format.Point(row.Task.Goal)} {Format.ErrorUnit(system.Robot).Replace("²", "", StringComparison.Ordinal)}",
                row.Changes,
                IndexOf(row.Task.Robot!),
                row.Task.Goal,
                [.. stages.Select(stage => StageOf(stage.Policy, stage.Updates, row, system, cancellationToken))],
                fit.LearningCurve);
        })];
        return new($"{system.Robot.Name}: {Plural(runs.Length, "goal")}, before and after fitting", runs, _robots);
    }

    private static Stage StageOf(PolicyModel policy, int updates, FittingRows.Row row, PolicySystem system, CancellationToken cancellationToken) => StageOf(
        updates == 0 ? "before fitting" : $"after {Plural(updates, "update")}",
        updates,
        Rollout.Of(policy, row.Task.Robot!, system.Horizon, system.Dynamics, row.Task.StartState, cancellationToken));

    private static Stage StageOf(string name, int updates, Rollout rollout)
    {
        int n = rollout.Policy.Goal.Count;
        int[] shown = Shown(rollout.States.Count);
        return new(
            name,
            updates,
            [.. shown.Select(t => t * rollout.TimeStep)],
            [.. shown.Select(t => rollout.States[t][..n])],
            [.. shown.Select(t => rollout.Errors[t])],
            rollout.Diverged);
    }

    // All poses, or as many as can be shown, with the last.
    private static int[] Shown(int count) =>
        count <= PoseLimit ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, PoseLimit).Select(i => (int)((long)i * (count - 1) / (PoseLimit - 1)))];

    private Scene OfPolicies(string[] files, CancellationToken cancellationToken)
    {
        PolicySystem system = systems.Load(terminal, parsed);
        Run[] runs = [.. files.Select(file =>
        {
            PolicyModel policy = PolicyModel.Load(file);
            Rollout rollout = InvalidInputException.At(file, () => Rollout.Of(policy, system.Robot, system.Horizon, system.Dynamics, null, cancellationToken));
            return new Run(
                $"{Path.GetFileName(file)}, goal {Format.Point(policy.Goal)} {Format.ErrorUnit(system.Robot).Replace("²", "", StringComparison.Ordinal)}",
                "",
                IndexOf(system.Robot),
                policy.Goal,
                [StageOf("the policy", -1, rollout)],
                []);
        })];
        return new($"{system.Robot.Name}: {(runs.Length == 1 ? "a policy" : $"{Format.Count(runs.Length)} policies")}", runs, _robots);
    }

    private Scene OfTrajectories(string[] files)
    {
        PolicySystem system = systems.Load(terminal, parsed);
        Run[] runs = [.. files.Select(file =>
        {
            TrajectoryTable table = TrajectoryTable.Read(file, format, system.Robot);
            int[] shown = Shown(table.Times.Length);
            double[] errors = table.Goal is { } goal ? [.. shown.Select(t => table.Positions[t].Zip(goal, (q, g) => (q - g) * (q - g)).Average())] : [];
            return new Run(Path.GetFileName(file), "", IndexOf(system.Robot), table.Goal, [new("as recorded", -1, [.. shown.Select(t => table.Times[t])], [.. shown.Select(t => table.Positions[t])], errors, false)], []);
        })];
        return new($"{system.Robot.Name}: {(runs.Length == 1 ? "a trajectory" : $"{Format.Count(runs.Length)} trajectories")}", runs, _robots);
    }

    private enum FileKind
    {
        Critic,
        Policy,
        Robot,
        Table,
    }
}
