using System.CommandLine;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic train</c>: meta-trains a critic on a table of goals.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal, IReadOnlyList<string> args)
    {
        Option<string?> robot = new("--robot") { Description = "two-link, reacher, kuka, or a URDF or MJCF file. With --transitions: an inexact model, which is corrected by what is learned.", HelpName = "robot" };
        Option<string> goals = new("--goals")
        {
            Description = "Training goals, - for standard input: a column per joint, named by the joint or goal_0, goal_1 ...; start_0 ..., weight and parameters of the robot, such as iiwa_link_7.mass, are optional.",
            HelpName = "goals.csv",
            Required = true,
        };
        Option<string> output = new("--out") { Description = "The critic is written to this file, for example two-link.critic.", HelpName = "file", Required = true };
        Option<string?> preset = new("--preset") { Description = "Settings to start from; auto: worked out from the robot. Default: those of the built-in robot; auto for a robot of a file.", HelpName = "name" };
        preset.AcceptOnlyFromAmong([.. RobotSource.PresetNames]);
        Option<string?> options = new("--options") { Description = "Settings that replace the preset's: {\"dynamics\": {...}, \"training\": {...}, \"fitting\": {...}}.", HelpName = "file.json" };
        Option<string[]> set = Arguments.Assignments("--set", "Replace one setting, for example training.horizon=50, dynamics.timeStep=0.02, fitting.steps=100, criticHidden=[64,64]. May be repeated.");
        Option<int?> iterations = new("--iterations") { Description = "Stop after this many meta-iterations in all. The learning rate falls over training.iterations (or this number, if it is larger). Default: training.iterations.", HelpName = "N" };
        Option<ulong?> seed = new("--seed") { Description = "Seed of everything random. Default: training.seed.", HelpName = "S" };
        Option<int?> threads = Arguments.Threads();
        Option<string?> checkpoint = new("--checkpoint") { Description = $"Keep {MetaTrainer.CheckpointFileName} in this folder, every so often and when stopped. Default: in OUT.checkpoint, which is removed when the training is done.", HelpName = "folder" };
        Option<bool> resume = new("--resume") { Description = "Continue from the checkpoint, if there is one." };
        Option<string?> validate = new("--validate") { Description = "Other goals, for which new policies are fitted every training.validationInterval meta-iterations: the critic that does best on them is kept. Without it, policies are fitted for the training goals at the end.", HelpName = "goals.csv" };
        Option<int?> patience = new("--patience") { Description = "With --validate: stop after this many validations in a row without improvement. Default: training.patience, 0 for never.", HelpName = "N" };
        Option<bool> allowOutside = new("--allow-outside") { Description = "Train even if most goals are outside the limits of the joints." };
        Option<bool> keep = new("--keep") { Description = "Write the critic even if nothing was learned; the exit code is 1 all the same." };
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("train", "Meta-train a critic. Ctrl-C stops it; --resume continues.", "metacritic train --robot arm.urdf --goals goals.csv --out arm.critic", "metacritic train --transitions log.csv --goals goals.csv --out arm.critic")
        {
            robot, goals, output, preset, options, set, iterations, seed, threads, checkpoint, resume, validate, patience, allowOutside, keep, separator, json,
        };
        RobotChoices.Options choices = new(command);
        TransitionsTraining transitions = new(terminal, args);
        transitions.AddOptions(command);
        TrainingRecords.Options recording = TrainingRecords.Options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            using TrainingRecords records = recording.Of(
                terminal,
                parsed,
                ("--goals", parsed.GetValue(goals)),
                ("--out", parsed.GetValue(output)),
                ("--validate", parsed.GetValue(validate)),
                ("--options", parsed.GetValue(options)),
                ("--robot", parsed.GetValue(robot)),
                ("--transitions", transitions.TableOf(parsed)));
            TrainingRequest request = new()
            {
                Robot = parsed.GetValue(robot),
                RobotChoices = choices.Of(parsed),
                Goals = parsed.GetRequiredValue(goals),
                Validation = parsed.GetValue(validate),
                Patience = parsed.GetValue(patience),
                Output = parsed.GetRequiredValue(output),
                Preset = parsed.GetValue(preset),
                OptionsFile = parsed.GetValue(options),
                Assignments = parsed.GetValue(set) ?? [],
                Iterations = parsed.GetValue(iterations),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Checkpoint = parsed.GetValue(checkpoint),
                Resumes = parsed.GetValue(resume),
                AllowsOutside = parsed.GetValue(allowOutside),
                Keeps = parsed.GetValue(keep),
                Format = Arguments.FormatOf(parsed, separator),
                Json = parsed.GetValue(json),
            };
            return Task.FromResult(transitions.IsAskedFor(parsed)
                ? transitions.Run(parsed, request, records, cancellationToken)
                : new RobotTraining(terminal, args).Run(request, records, cancellationToken));
        });
        return command;
    }

    /// <summary>Says which settings were worked out from a robot, if they were.</summary>
    internal static void TellOfSettings(Terminal terminal, RobotModel robot, TaskPreset preset)
    {
        if (preset.Explanation is not null)
        {
            terminal.Remark($"settings for {robot.Name}:");
            foreach (string line in preset.Describe())
            {
                terminal.Remark(line);
            }
        }
    }

    /// <summary>Settings with those of a file and of the command line in their place.</summary>
    internal static TaskPreset Settings(string? file, IEnumerable<string> assignments, TaskPreset preset)
    {
        if (file is not null)
        {
            preset = OptionsJson.Read(file, preset);
        }

        foreach (string assignment in assignments)
        {
            preset = OptionsJson.Set(assignment, preset);
        }

        return preset;
    }

    /// <summary>Refuses settings of a robot with another number of joints.</summary>
    internal static void RequireFit(TaskPreset preset, RobotModel robot)
    {
        int scales = preset.Dynamics.TorqueScale.Count;
        if (scales > 1 && scales != robot.DegreesOfFreedom)
        {
            throw new InvalidInputException(
                "dynamics.torqueScale",
                $"there are {Format.Count(scales)} values (preset {preset.Name}), but the robot \"{robot.Name}\" has {Format.Count(robot.DegreesOfFreedom)} joints",
                $"Give one value or {Format.Count(robot.DegreesOfFreedom)}, --set dynamics.torqueScale=[...], or leave out --preset");
        }
    }

    /// <summary>The settings with what options of their own say.</summary>
    internal static MetaTrainingOptions WithOptions(MetaTrainingOptions training, int? iterations, ulong? seed, int? threads)
    {
        if (iterations < 1)
        {
            throw new InvalidInputException("--iterations", $"value is {iterations}", "Give a number of at least 1");
        }

        training = training with { Iterations = Math.Max(iterations ?? 1, training.Iterations), Seed = seed ?? training.Seed, Threads = threads ?? training.Threads };
        Arguments.Check(training.Validate, ("threads", "--threads"), ("patience", "--patience"));
        return training;
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
}
