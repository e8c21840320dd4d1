using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic train</c>: meta-trains a critic on a table of goals.</summary>
internal static class TrainCommand
{
    private const double DefaultAcceleration = 30;

    public static Command Create(Terminal terminal, IReadOnlyList<string> args)
    {
        Option<string?> robot = new("--robot") { Description = "two-link, reacher, kuka, or a URDF file. With --transitions: a model that is not exact, which what is learned corrects.", HelpName = "robot" };
        Option<string> goals = new("--goals")
        {
            Description = "Training goals: a column per joint, named by the joint or goal_0, goal_1 ...; start_0 ..., weight and parameters of the robot, such as iiwa_link_7.mass, are optional.",
            HelpName = "goals.csv",
            Required = true,
        };
        Option<string> output = new("--out") { Description = "The critic is written to this file, for example two-link.critic.", HelpName = "file", Required = true };
        Option<string?> preset = new("--preset") { Description = "Settings to start from. Default: those of the built-in robot; two-link for a URDF file.", HelpName = "name" };
        preset.AcceptOnlyFromAmong([.. RobotSource.BuiltIn]);
        Option<string?> options = new("--options") { Description = "Settings that replace the preset's: {\"dynamics\": {...}, \"training\": {...}}.", HelpName = "file.json" };
        Option<string[]> set = Arguments.Assignments("--set", "Replace one setting, for example training.horizon=50, dynamics.timeStep=0.02, criticHidden=[64,64]. May be repeated.");
        Option<string[]> robotSet = Arguments.RobotChanges("--robot-set");
        Option<int?> iterations = new("--iterations") { Description = "Stop after this many meta-iterations in all. The learning rate falls over training.iterations (or this number, if it is larger). Default: training.iterations.", HelpName = "N" };
        Option<ulong?> seed = new("--seed") { Description = "Seed of everything random.", HelpName = "S" };
        Option<int?> threads = Arguments.Threads();
        Option<string?> checkpoint = new("--checkpoint") { Description = $"Keep {MetaTrainer.CheckpointFileName} in this folder, every so often and when stopped.", HelpName = "folder" };
        Option<bool> resume = new("--resume") { Description = "Continue from the checkpoint, if there is one." };
        Option<TableFormat> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        Command command = new("train", "Meta-train a critic. Ctrl-C stops; with --checkpoint the training can be resumed.")
        {
            robot, goals, output, preset, options, set, robotSet, iterations, seed, threads, checkpoint, resume, separator, json,
        };
        TransitionsTraining transitions = new(terminal, args);
        transitions.AddOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (transitions.IsAskedFor(parsed))
            {
                return Task.FromResult(transitions.Run(new(
                    parsed,
                    parsed.GetValue(robot),
                    parsed.GetValue(robotSet) ?? [],
                    parsed.GetRequiredValue(goals),
                    parsed.GetValue(separator)!,
                    parsed.GetRequiredValue(output),
                    parsed.GetValue(preset),
                    parsed.GetValue(options),
                    parsed.GetValue(set) ?? [],
                    parsed.GetValue(iterations),
                    parsed.GetValue(seed),
                    parsed.GetValue(threads),
                    parsed.GetValue(checkpoint),
                    parsed.GetValue(resume),
                    parsed.GetValue(json)), cancellationToken));
            }

            string robotName = parsed.GetValue(robot)
                ?? throw new InvalidInputException("--robot", "it is missing", "Give two-link, reacher, kuka or a URDF file, or a log of transitions with --transitions");
            RobotModel model = RobotSource.Load(robotName, parsed.GetValue(robotSet) ?? []);
            string presetName = parsed.GetValue(preset) ?? (RobotSource.BuiltIn.Contains(robotName) ? robotName : "two-link");
            if (parsed.GetValue(preset) is null && presetName != robotName)
            {
                terminal.Remark($"{robotName}: with the settings of the preset two-link; --preset, --options and --set choose others");
            }

            (RigidBodyOptions dynamics, MetaTrainingOptions training) = Settings(parsed.GetValue(options), parsed.GetValue(set) ?? [], presetName);
            int? stopAfter = parsed.GetValue(iterations);
            training = WithOptions(training, stopAfter, parsed.GetValue(seed), parsed.GetValue(threads));
            if (parsed.GetValue(preset) is null && presetName != robotName && dynamics.TorqueScale.SequenceEqual(RobotSource.Preset(presetName).Dynamics.TorqueScale))
            {
                dynamics = dynamics with { TorqueScale = DefaultTorqueScale(terminal, model) };
            }

            CheckTorqueScale(model, dynamics, presetName);
            string goalFile = parsed.GetRequiredValue(goals);
            string outFile = parsed.GetRequiredValue(output);
            string? folder = parsed.GetValue(checkpoint);
            bool resumes = parsed.GetValue(resume);
            using GoalReader reader = GoalReader.Open(goalFile, model, parsed.GetValue(separator));
            TrainingGoals trainingGoals = ReadGoals(terminal, reader);
            OutputFiles.RequireDistinct("--out", outFile, "--goals", goalFile);
            OutputFiles.PrepareOutput(outFile);
            string? checkpointFile = PrepareCheckpoint(terminal, folder, resumes);

            using MetaTrainer trainer = new(model, dynamics, trainingGoals, training);
            if (resumes && File.Exists(checkpointFile))
            {
                trainer.LoadCheckpoint(checkpointFile!);
                if (trainer.Iteration > stopAfter)
                {
                    throw new InvalidInputException(
                        $"--iterations {Format.Count(stopAfter.Value)}", $"{checkpointFile} has {Format.Count(trainer.Iteration)} behind it", "Give a larger number, or leave out --resume to start anew");
                }

                terminal.Remark($"resuming at iteration {Format.Count(trainer.Iteration)} of {Format.Count(stopAfter ?? training.Iterations)}");
            }

            int first = trainer.Iteration;
            Stopwatch watch = Stopwatch.StartNew();
            int last = stopAfter ?? training.Iterations;
            CriticModel critic = new TrainingRun(terminal, args, folder, last).Train(training.OnDivergence, () => trainer.Iteration, (display, remarks) =>
            {
                display.Report(trainer.Iteration, last);
                return trainer.Train(
                    new Reporter<MetaTrainingProgress>(p =>
                    {
                        display.Report(p.Completed, p.Total, p.Latest.FinalError);
                        remarks.Take(p);
                    }),
                    folder,
                    last,
                    cancellationToken);
            });
            critic.Save(outFile);
            Report(terminal, parsed.GetValue(json), model, presetName, critic, trainingGoals.Goals.Count, first, watch.Elapsed, outFile);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    internal static (RigidBodyOptions Dynamics, MetaTrainingOptions Training) Settings(string? file, IEnumerable<string> assignments, string presetName)
    {
        TaskPreset preset = RobotSource.Preset(presetName);
        (RigidBodyOptions dynamics, MetaTrainingOptions training) = (preset.Dynamics, preset.Training);
        if (file is not null)
        {
            (dynamics, training) = OptionsJson.Read(file, dynamics, training);
        }

        foreach (string assignment in assignments)
        {
            (dynamics, training) = OptionsJson.Set(assignment, dynamics, training);
        }

        return (dynamics, training);
    }

    /// <summary>The settings with what options of their own say.</summary>
    internal static MetaTrainingOptions WithOptions(MetaTrainingOptions training, int? iterations, ulong? seed, int? threads)
    {
        if (iterations < 1)
        {
            throw new InvalidInputException("--iterations", $"value is {iterations}", "Give a number of at least 1");
        }

        training = training with { Iterations = Math.Max(iterations ?? 1, training.Iterations), Seed = seed ?? training.Seed, Threads = threads ?? training.Threads };
        training.Validate();
        return training;
    }

    /// <summary>Presets know the torques of their own robots only.</summary>
    internal static double[] DefaultTorqueScale(Terminal terminal, RobotModel robot)
    {
        double[] scale = new RigidBodyAlgorithms(robot).TorqueScale(DefaultAcceleration);
        string values = string.Join(", ", scale.Select(Format.Short));
        terminal.Remark($"dynamics.torqueScale: [{values}], so that a unit of action accelerates each joint alone by {Format.Short(DefaultAcceleration)} rad/s² or m/s² at position 0");
        return scale;
    }

    private static void CheckTorqueScale(RobotModel robot, RigidBodyOptions dynamics, string presetName)
    {
        int scales = dynamics.TorqueScale.Count;
        int joints = robot.DegreesOfFreedom;
        if (scales > 1 && scales != joints)
        {
            throw new InvalidInputException(
                "dynamics.torqueScale",
                $"there are {Format.Count(scales)} values (preset {presetName}), but the robot \"{robot.Name}\" has {Format.Count(joints)} joints",
                $"Give one value or {Format.Count(joints)}: --set dynamics.torqueScale=[...]");
        }
    }

    /// <summary>The training goals in a table. Columns that are not used are told of: one may be misspelt.</summary>
    internal static TrainingGoals ReadGoals(Terminal terminal, GoalReader reader)
    {
        TrainingGoals goals = reader.ReadTrainingGoals();
        if (goals.Weights?.All(w => w == 0) == true)
        {
            throw new InvalidInputException($"{reader.Table.Source}, column \"weight\"", "all weights are 0", "Give at least one greater than 0");
        }

        TellOfOthers(terminal, reader.Table, reader.OtherColumns, "not used");
        return goals;
    }

    /// <summary>Tells of the columns that mean nothing to the command.</summary>
    internal static void TellOfOthers(Terminal terminal, TableReader table, IEnumerable<int> columns, string what)
    {
        string[] names = [.. columns.Select(column => table.Columns[column])];
        if (names.Length > 0)
        {
            terminal.Remark($"{table.Source}: columns that have no meaning here are {what}: {Shown.Names(names)}");
        }
    }

    internal static string? PrepareCheckpoint(Terminal terminal, string? folder, bool resumes)
    {
        if (folder is null)
        {
            return resumes ? throw new InvalidInputException("--resume", "there is no --checkpoint", "Give the folder in which the checkpoint is") : null;
        }

        OutputFiles.PrepareFolder("--checkpoint", folder);
        string file = Path.Combine(folder, MetaTrainer.CheckpointFileName);
        OutputFiles.PrepareOutput(file);
        if (resumes && !File.Exists(file))
        {
            terminal.Remark($"{file}: there is no checkpoint yet; starting anew");
        }
        else if (!resumes && File.Exists(file))
        {
            terminal.Remark($"{file}: this checkpoint will be replaced; --resume would continue from it");
        }

        return file;
    }

    private static void Report(
        Terminal terminal, bool json, RobotModel robot, string preset, CriticModel critic, int goals, int first, TimeSpan duration, string file)
    {
        int done = critic.Iterations - first;
        double rate = done / Math.Max(duration.TotalSeconds, 1e-9);
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["robot"] = robot.Name,
                ["preset"] = preset,
                ["goals"] = goals,
                ["iterations"] = critic.Iterations,
                ["resumedAt"] = first == 0 ? null : first,
                ["seconds"] = duration.TotalSeconds,
                ["iterationsPerSecond"] = Format.Number(rate),
                ["taskLoss"] = Format.Number(critic.TaskLoss),
                ["finalError"] = Format.Number(critic.FinalError),
                ["seed"] = critic.Training.Seed,
                ["file"] = file,
            });
            return;
        }

        terminal.WriteList(
            ("robot", robot.Name),
            ("goals", Format.Count(goals)),
            ("iterations", first == 0 ? Format.Count(critic.Iterations) : $"{Format.Count(critic.Iterations)} ({Format.Count(first)} before)"),
            ("duration", $"{Format.Duration(duration)} ({Format.Short(rate)} it/s)"),
            ("task loss", Format.Short(critic.TaskLoss)),
            ("final error", $"{Format.Short(critic.FinalError)} {Format.ErrorUnit(robot)}"),
            ("critic", file));
    }
}
