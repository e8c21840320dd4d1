using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic rollout</c>: runs a policy on a robot and writes where it goes.</summary>
internal static class RolloutCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> policy = new("--policy") { Description = "A policy that metacritic fit --policies kept, or a table that metacritic fit wrote (with --row and --critic).", HelpName = "file", Required = true };
        Option<int?> row = new("--row") { Description = "Which row of the table, from 1. Its policy is fitted anew.", HelpName = "N" };
        Option<string?> output = new("--out") { Description = "The trajectory is written to this table: time, positions, velocities, torques, end effector, goal, error; - for standard output.", HelpName = "r.csv" };
        Option<string?> start = new("--start") { Description = "Start: a position for each joint, or positions and velocities, or joint=position for some: 0.1,-0.2 or elbow=0.5. Default: that of the row, else rest at 0.", HelpName = "q" };
        Option<double?> duration = Arguments.Number("--duration", "How long, s. Default: as long as policies are fitted over, as the critic says, or the preset.");
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("rollout", "Run a policy on a robot, from any start, for any time, and write where it goes.", "metacritic rollout --policy fitted.csv --row 1 --critic arm.critic --out r.csv") { policy, row, output, start, duration, separator, json };
        PolicySystem.Options systems = PolicySystem.Options.AddTo(command);
        FittingOptions fitting = FittingOptions.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(policy);
            PolicySystem system = systems.Load(terminal, parsed);
            int steps = Steps(parsed.GetValue(duration), system);
            string? outFile = parsed.GetValue(output);
            if (outFile is not null)
            {
                OutputFiles.RequireDistinct("--out", outFile, "--policy", file);
                OutputFiles.RequireDistinct("--out", outFile, "--critic", parsed.GetValue(systems.Critic) ?? "");
                OutputFiles.RequireDistinct("--out", outFile, "--robot", parsed.GetValue(systems.Robot) ?? "");
                if (outFile == Terminal.Dash && parsed.GetValue(json))
                {
                    throw new InvalidInputException("--json", "the table goes to standard output", "Leave it out, or give a file with --out");
                }
            }

            RobotModel robot = system.Robot;
            IReadOnlyList<double>? from = null;
            PolicyModel model;
            if (parsed.GetValue(row) is int number)
            {
                (model, robot, from) = OfRow(file, number, parsed, system, fitting, Arguments.FormatOf(parsed, separator), cancellationToken);
            }
            else
            {
                if (File.Exists(file) && !RobotSource.IsOurs(file))
                {
                    throw new InvalidInputException("--row", $"it is missing, and {file} is no policy", "Give the row of the table, from 1, or a policy");
                }

                model = PolicyModel.Load(file);
            }

            from = parsed.GetValue(start) is { } text ? Start(text, robot) : from;
            if (outFile is not (null or Terminal.Dash))
            {
                OutputFiles.PrepareOutput(outFile);
            }

            Rollout rollout = InvalidInputException.At(file, () => Rollout.Of(model, robot, steps, system.Dynamics, from, cancellationToken));
            List<(string Name, double[] Values)> columns = TrajectoryTable.Columns(rollout);
            char between = Arguments.FormatOf(parsed, separator).Separator;
            if (outFile == Terminal.Dash)
            {
                TrajectoryTable.Write(terminal.Out, columns, between);
            }
            else if (outFile is not null)
            {
                TrajectoryTable.Write(outFile, columns, between);
            }

            if (rollout.Diverged)
            {
                throw new MetaCriticException($"the state left the finite range after {Format.Short(rollout.Steps * rollout.TimeStep)} s{(outFile is null ? "" : $"; {Place(outFile)} holds what came before")}");
            }

            Report(terminal, parsed.GetValue(json), rollout, columns, outFile);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static string Place(string file) => file == Terminal.Dash ? "standard output" : file;

    private static int Steps(double? duration, PolicySystem system)
    {
        if (duration is not double seconds)
        {
            return system.Horizon;
        }

        double steps = Math.Round(seconds / system.Dynamics.TimeStep);
        return steps is >= 1 and <= Rollout.StepLimit
            ? (int)steps
            : throw new InvalidInputException(
                "--duration",
                $"value is {Format.Short(seconds)} s",
                $"Give {Format.Short(system.Dynamics.TimeStep)} s, which is a control step, to {Format.Short(Rollout.StepLimit * system.Dynamics.TimeStep)} s");
    }

    private static (PolicyModel Policy, RobotModel Robot, IReadOnlyList<double>? Start) OfRow(
        string file, int number, ParseResult parsed, PolicySystem system, FittingOptions fitting, TableFormat format, CancellationToken cancellationToken)
    {
        if (system.Critic is null)
        {
            throw new InvalidInputException("--critic", "it is missing", "The policy of a row is fitted anew: give the critic that it was fitted with");
        }

        Arguments.RequireRange("--row", number, 1, int.MaxValue);
        List<FittingRows.Row> rows = FittingRows.Read(file, format, system.Robot, parsed.GetValue(fitting.Seed), [number], 1, out _);
        PolicyFit fit = FittingRows.Fit(rows, system, fitting.Of(parsed, system.Critic), cancellationToken)[0];
        return fit.Diverged
            ? throw new InvalidInputException(rows[0].Place, "its policy diverged", "Give a row whose policy did not")
            : (fit.Policy, rows[0].Task.Robot!, rows[0].Task.StartState);
    }

    /// <summary>A start state as the command line names it.</summary>
    /// <exception cref="InvalidInputException">A number or a name is not usable, or there are too many or too few.</exception>
    internal static double[] Start(string text, RobotModel robot)
    {
        int n = robot.DegreesOfFreedom;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        double[] state = [.. robot.RestPosition, .. new double[n]];
        if (parts.All(part => part.Contains('=', StringComparison.Ordinal)))
        {
            foreach (string part in parts)
            {
                int equals = part.LastIndexOf('=');
                string name = part[..equals];
                int joint = robot.MovableJoints.Index().Where(one => one.Item.Name == name).Select(one => one.Index).FirstOrDefault(-1);
                state[joint >= 0 ? joint : throw new InvalidInputException("--start", $"there is no joint \"{Shown.Text(name)}\" that moves", $"The joints are {Shown.Names([.. robot.MovableJoints.Select(one => one.Name)])}")] =
                    Number(part[(equals + 1)..]);
            }

            return state;
        }

        if (parts.Length != n && parts.Length != 2 * n)
        {
            throw new InvalidInputException("--start", parts.Length == 1 ? "there is 1 number" : $"there are {Format.Count(parts.Length)} numbers", $"Give {Format.Count(n)} positions, or {Format.Count(n)} positions and as many velocities, or joint=position");
        }

        for (int i = 0; i < parts.Length; i++)
        {
            state[i] = Number(parts[i]);
        }

        return state;

        static double Number(string given) =>
            double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value) < 1e6
                ? value
                : throw new InvalidInputException("--start", $"value is \"{Shown.Text(given)}\"", "Give numbers below a million, with a decimal point, between commas");
    }

    private static void Report(Terminal terminal, bool json, Rollout rollout, List<(string Name, double[] Values)> columns, string? file)
    {
        RobotModel robot = rollout.Robot!;
        Vector3d end = rollout.EndEffectorPositions[^1];
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["robot"] = robot.Name,
                ["steps"] = rollout.Steps,
                ["timeStep"] = rollout.TimeStep,
                ["error"] = Format.Number(rollout.Error),
                ["goal"] = Format.Numbers(rollout.Policy.Goal),
                ["finalState"] = Format.Numbers(rollout.FinalState),
                ["endEffector"] = Format.Numbers([end.X, end.Y, end.Z]),
                ["trajectory"] = TrajectoryTable.Json(columns),
                ["file"] = file,
            });
            return;
        }

        int n = robot.DegreesOfFreedom;
        // A table on standard output is not mixed with what is said of it.
        (file == Terminal.Dash ? terminal with { Out = terminal.Error } : terminal).WriteList(
        [
            ("robot", robot.Name),
            ("duration", $"{Format.Short(rollout.Steps * rollout.TimeStep)} s, {Format.Count(rollout.Steps)} steps"),
            ("goal", $"{Format.Point(rollout.Policy.Goal)} {Unit(robot)}"),
            ("reached", $"{Format.Point(rollout.FinalState.Take(n))} {Unit(robot)}"),
            ("error", $"{Format.Short(rollout.Error)} {Format.ErrorUnit(robot)} ({Format.Short(rollout.Errors[0])} at the start)"),
            ("largest torque", string.Join(", ", robot.MovableJoints.Select((joint, i) => $"{Format.Short(rollout.Torques.Max(torque => Math.Abs(torque[i])))} {(joint.Type == JointType.Prismatic ? "N" : "N·m")}"))),
            ("end effector", $"{Format.Point([end.X, end.Y, end.Z])} m"),
            .. file is null ? Array.Empty<(string, string)>() : [("table", Place(file))],
        ]);
    }

    private static string Unit(RobotModel robot) => Format.ErrorUnit(robot).Replace("²", "", StringComparison.Ordinal);
}
