using System.Diagnostics;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tables;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic train --robot</c>: meta-trains through the model of a robot, and looks what new policies get from the critic.</summary>
internal sealed class RobotTraining(Terminal terminal, IReadOnlyList<string> args)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidInputException">Something asked for is not usable.</exception>
    /// <exception cref="NothingLearnedException">The critic is worth nothing; it was not written unless asked for.</exception>
    public int Run(TrainingRequest request, TrainingRecords records, CancellationToken cancellationToken)
    {
        string named = request.Robot ?? throw new InvalidInputException("--robot", "it is missing", "Give two-link, reacher, kuka or a URDF or MJCF file, or a log of transitions with --transitions");
        RobotModel robot = RobotSource.Load(named, request.RobotChoices, terminal);
        TrainingGoals goals = Goals(request, request.Goals, robot);
        TrainingGoals? validation = request.Validation is null ? null : Goals(request, request.Validation, robot);
        if (request.Patience is not null && validation is null)
        {
            throw new InvalidInputException("--patience", "there is no --validate", "Give other goals, on which the critic is tried while it trains");
        }

        TaskPreset preset = Settings(request, named, robot, goals.Goals.Count);
        OutputFiles.RequireDistinct("--out", request.Output, "--goals", request.Goals);
        OutputFiles.RequireDistinct("--out", request.Output, "--validate", request.Validation ?? "");
        OutputFiles.PrepareOutput(request.Output);
        records.Prepare();
        using TrainingCheckpoint checkpoint = TrainingCheckpoint.Prepare(terminal, request.Checkpoint, request.Output, request.Resumes);
        using MetaTrainer trainer = new(robot, preset.Dynamics, goals, preset.Training, preset.Fitting, validation);
        int iterations = request.Iterations ?? preset.Training.Iterations;
        if (request.Resumes && File.Exists(checkpoint.File))
        {
            Resume(trainer, checkpoint.File, request.Iterations, iterations);
        }

        TrainCommand.TellOfSettings(terminal, robot, preset);
        if (preset.Explanation is null)
        {
            LimitRemarks.SayStart(terminal, robot);
        }

        records.Begin(trainer.History, trainer.Validations, Format.ErrorUnit(robot));
        int first = trainer.Iteration;
        Stopwatch watch = Stopwatch.StartNew();
        TrainingOutcome? outcome = null;
        TimeSpan duration = default;
        CriticModel critic = new TrainingRun(terminal, args, iterations).Train(preset.Training.OnDivergence, () => trainer.Iteration, (display, remarks) =>
        {
            display.Report(trainer.Iteration, iterations);
            CriticModel trained = trainer.Train(
                new Reporter<MetaTrainingProgress>(p =>
                {
                    display.Report(p.Completed, p.Total, p.Latest.FinalError);
                    remarks.Take(p);
                    records.Take(p);
                }),
                checkpoint.Folder,
                iterations,
                cancellationToken);
            duration = watch.Elapsed;
            outcome = TrainingVerdict.Of(trainer.History, trained, validation ?? goals, cancellationToken);
            return trained;
        });
        if (outcome!.Failure is not null)
        {
            TrainingVerdict.Refuse(terminal, outcome, critic, request.Output, request.Keeps, Advice.ForTraining(args, request, named, preset.Explanation is not null, goals, robot));
        }

        critic.Save(request.Output);
        checkpoint.Remove();
        TrainingVerdict.Warn(terminal, outcome);
        Report(request, preset, critic, outcome.Fresh!, validation is null ? "training goals" : request.Validation!, trainer.Iteration, first, duration);
        return records.Finish();
    }

    private TrainingGoals Goals(TrainingRequest request, string file, RobotModel robot)
    {
        using GoalReader reader = InputTables.OpenGoals(terminal, file, robot, 0, 0, request.Format);
        TrainingGoals goals = TrainCommand.ReadGoals(terminal, reader);
        LimitRemarks.Say(terminal, file, robot, goals.Goals, goals.StartStates, request.AllowsOutside);
        return goals;
    }

    private static TaskPreset Settings(TrainingRequest request, string named, RobotModel robot, int goals)
    {
        TaskPreset preset = RobotSource.Settings(request.Preset, named, robot, goals);
        preset = TrainCommand.Settings(request.OptionsFile, request.Assignments, preset);
        MetaTrainingOptions training = TrainCommand.WithOptions(preset.Training with { Patience = request.Patience ?? preset.Training.Patience }, request.Iterations, request.Seed, request.Threads);
        TrainCommand.RequireFit(preset, robot);
        return preset with { Training = training, Fitting = preset.Fitting with { Threads = training.Threads } };
    }

    private void Resume(MetaTrainer trainer, string file, int? stopAfter, int iterations)
    {
        trainer.LoadCheckpoint(file);
        if (trainer.Iteration > stopAfter)
        {
            throw new InvalidInputException(
                $"--iterations {Format.Count(stopAfter.Value)}", $"{file} has {Format.Count(trainer.Iteration)} behind it", $"Give {Format.Count(trainer.Iteration)} or more, or leave out --resume to start anew");
        }

        terminal.Remark($"resuming at iteration {Format.Count(trainer.Iteration)} of {Format.Count(iterations)}");
    }

    private void Report(TrainingRequest request, TaskPreset preset, CriticModel critic, ValidationResult fresh, string goals, int done, int first, TimeSpan duration)
    {
        RobotModel robot = critic.Robot!;
        double rate = (done - first) / Math.Max(duration.TotalSeconds, 1e-9);
        if (request.Json)
        {
            JsonObject training = new()
            {
                ["robot"] = robot.Name,
                ["preset"] = preset.Explanation is null ? preset.Name : RobotSource.Computed,
                ["goals"] = critic.Goals.Goals.Count,
                ["iterations"] = done,
                ["bestIteration"] = critic.Iterations == done ? null : critic.Iterations,
                ["resumedAt"] = first == 0 ? null : first,
                ["seconds"] = duration.TotalSeconds,
                ["iterationsPerSecond"] = Format.Number(rate),
            };
            TrainingVerdict.WriteJson(terminal, training, critic, fresh, request.Output);
            return;
        }

        terminal.WriteList(
            ("robot", robot.Name),
            ("goals", Format.Count(critic.Goals.Goals.Count)),
            ("iterations", Format.Count(done) + (first == 0 ? "" : $" ({Format.Count(first)} before)") + (critic.Iterations == done ? "" : $"; best after {Format.Count(critic.Iterations)}, kept")),
            ("duration", $"{Format.Duration(duration)} ({Format.Short(rate)} it/s)"),
            ("new policies", TrainingVerdict.Count(fresh, goals)),
            ("error", TrainingVerdict.Errors(fresh, Format.ErrorUnit(robot))),
            ("critic", request.Output));
    }
}
