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

/// <summary><c>metacritic train --transitions</c>: learns the dynamics from a table, and meta-trains through them.</summary>
internal sealed class TransitionsTraining(Terminal terminal, IReadOnlyList<string> args)
{
    // Part of the variance on rows held out below which learned dynamics are a guess.
    private const double Enough = 0.5;

    private readonly Option<string?> _transitions = new("--transitions")
    {
        Description = "Learn the dynamics from this table: state_0 ... (positions, then velocities), action_0 ..., next_state_0 ..., episode is optional. metacritic collect writes one.",
        HelpName = "log.csv",
    };

    private readonly Option<int?> _positions = new("--positions") { Description = "With --transitions: leading components of the state that are positions. Default: half of them, or all if their number is odd.", HelpName = "N" };

    private readonly Option<string[]> _learn = Arguments.Assignments(
        "--learn", "With --transitions: replace one setting of learning the dynamics, for example epochs=50, members=3, angles=true, timeStep=null. May be repeated.");

    private readonly Option<int?> _rounds = new("--rounds") { Description = "With --transitions: rounds of meta-training, between which the policies are rolled out and the dynamics refined. Default: 1.", HelpName = "N" };

    private readonly Option<string?> _environment = new("--environment") { Description = "With --rounds: the robot that the policies are rolled out on.", HelpName = "robot" };

    private readonly Option<int?> _episodes = new("--episodes-per-round") { Description = "With --rounds: roll-outs between two rounds. Default: 64.", HelpName = "N" };

    /// <summary>Adds the options.</summary>
    public void AddOptions(Command command)
    {
        foreach (Option option in (Option[])[_transitions, _positions, _learn, _rounds, _environment, _episodes])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether there is a table; without one the other options are refused.</summary>
    public bool IsAskedFor(ParseResult parsed)
    {
        if (parsed.GetValue(_transitions) is not null)
        {
            return true;
        }

        Option? given = ((Option[])[_positions, _learn, _rounds, _environment, _episodes]).FirstOrDefault(option => parsed.GetResult(option) is not null);
        return given is null ? false : throw new InvalidInputException(given.Name, "there is no --transitions", "Give a table of transitions, or leave it out");
    }

    /// <summary>The table; null if there is none.</summary>
    public string? TableOf(ParseResult parsed) => parsed.GetValue(_transitions);

    /// <summary>Runs it.</summary>
    public int Run(ParseResult parsed, TrainingRequest request, TrainingRecords records, CancellationToken cancellationToken)
    {
        if (request.Patience is not null)
        {
            throw new InvalidInputException("--patience", "there is --transitions", "Leave it out: learned dynamics are validated at the end only");
        }

        string logFile = parsed.GetValue(_transitions)!;
        RobotModel? prior = request.Robot is null ? null : RobotSource.Load(request.Robot, request.RobotChoices, terminal);
        string? environmentName = parsed.GetValue(_environment);
        if (prior is null && (request.RobotChoices.Changes.Count > 0 ? "--robot-set" : environmentName is null ? request.RobotChoices.ReadingOption : null) is { } needless)
        {
            throw new InvalidInputException(needless, "there is no --robot", "Name the robot that is to be changed");
        }

        // Joints that the table has no columns for are locked in both.
        RobotModel? environment = environmentName is null ? null : RobotSource.Load(environmentName, request.RobotChoices with { Changes = [] }, terminal);
        string? builtIn = new[] { request.Robot, environmentName }.FirstOrDefault(name => name is not null && RobotSource.BuiltIn.Contains(name));
        Transitions transitions = ReadTransitions(terminal, logFile, request.Format);
        int stateSize = transitions.States[0].Length;
        int positions = parsed.GetValue(_positions) ?? (stateSize % 2 == 0 ? stateSize / 2 : stateSize);
        Arguments.RequireRange("--positions", positions, 1, stateSize);
        RobotModel? named = new[] { prior, environment }.FirstOrDefault(robot => robot is not null && robot.DegreesOfFreedom == positions && 2 * positions == stateSize);
        TrainingGoals goals = Goals(request, request.Goals, named, positions, stateSize);
        TrainingGoals? validation = request.Validation is null ? null : Goals(request, request.Validation, named, positions, stateSize);
        TaskPreset preset = TrainCommand.Settings(request.OptionsFile, request.Assignments, Preset(request.Preset, builtIn, prior, environment, goals.Goals.Count));
        if (prior is not null)
        {
            TrainCommand.RequireFit(preset, prior);
        }

        MetaTrainingOptions training = TrainCommand.WithOptions(preset.Training, request.Iterations, request.Seed, request.Threads);
        ModelLearningOptions learning = Learning(parsed, transitions, positions, training, angles: named?.MovableJoints.All(joint => joint.Type != JointType.Prismatic) == true);
        OutputFiles.RequireDistinct("--out", request.Output, "--goals", request.Goals);
        OutputFiles.RequireDistinct("--out", request.Output, "--transitions", logFile);
        OutputFiles.PrepareOutput(request.Output);
        records.Prepare();
        using TrainingCheckpoint checkpoint = TrainingCheckpoint.Prepare(terminal, request.Checkpoint, request.Output, request.Resumes);
        if (prior is not null)
        {
            TrainCommand.TellOfSettings(terminal, prior, preset);
        }

        using ModelLearningTrainer trainer = new(
            transitions,
            positions,
            goals,
            training,
            learning,
            prior is null ? null : new RigidBodyDynamics(prior, preset.Dynamics),
            environment is null ? null : starts => new SimulatedRobot(environment, starts.Count, preset.Dynamics, starts),
            preset.Fitting with { Threads = training.Threads });
        Stopwatch watch = Stopwatch.StartNew();
        TrainingOutcome? outcome = null;
        TimeSpan duration = default;
        CriticModel critic = Train(
            trainer,
            request,
            checkpoint.Folder,
            training,
            request.Iterations ?? training.Iterations,
            records,
            trained =>
            {
                duration = watch.Elapsed;
                outcome = TrainingVerdict.Of(trainer.History, trained, validation ?? goals, cancellationToken);
            },
            cancellationToken);
        if (outcome!.Failure is not null)
        {
            TrainingVerdict.Refuse(terminal, outcome, critic, request.Output, request.Keeps, Advice.ForTransitions(args, Mean(trainer.Dynamics!.HeldOut.RSquared)));
        }

        critic.Save(request.Output);
        checkpoint.Remove();
        TrainingVerdict.Warn(terminal, outcome);
        WarnOfDynamics(trainer.Dynamics!.HeldOut, positions);
        Report(request, critic, trainer, outcome.Fresh!, positions, duration);
        return records.Finish();
    }

    /// <summary>The transitions in a log.</summary>
    internal static Transitions ReadTransitions(Terminal terminal, string path, TableFormat? format)
    {
        using TransitionReader reader = TransitionReader.Open(path, format);
        Transitions transitions = reader.ReadTransitions();
        InvalidInputException.At(path, transitions.Validate);
        TrainCommand.TellOfOthers(terminal, reader.Table, reader.OtherColumns.Where(column => reader.Table.Columns[column] is not ("step" or "time")), "not used");
        return transitions;
    }

    // A model of a file has the settings that train works out from it. Without a model action 0 need not hold a goal, as those ask.
    private static TaskPreset Preset(string? chosen, string? builtIn, RobotModel? prior, RobotModel? environment, int goals) => (chosen ?? builtIn) switch
    {
        RobotSource.Computed when prior is null => throw new InvalidInputException($"--preset {RobotSource.Computed}", "there is no --robot", "Give the robot, or another preset"),
        { } name when name != RobotSource.Computed => RobotSource.Preset(name),
        _ when prior is not null => TaskPreset.For(prior, goals),
        _ when environment is not null => RobotSource.Preset("reacher") with { Dynamics = TaskPreset.For(environment).Dynamics }, // as collect
        _ => RobotSource.Preset("reacher"),
    };

    private TrainingGoals Goals(TrainingRequest request, string file, RobotModel? robot, int positions, int stateSize)
    {
        using GoalReader reader = InputTables.OpenGoals(terminal, file, robot, positions, stateSize, request.Format);
        InputTables.RequireOneMachine(reader);
        TrainingGoals goals = TrainCommand.ReadGoals(terminal, reader);
        if (robot is not null)
        {
            LimitRemarks.Say(terminal, file, robot, goals.Goals, goals.StartStates, request.AllowsOutside);
        }

        return goals;
    }

    private ModelLearningOptions Learning(ParseResult parsed, Transitions transitions, int positions, MetaTrainingOptions training, bool angles)
    {
        DynamicsLearnerOptions options = new() { Seed = training.Seed, Angles = angles, TimeStep = transitions.FindTimeStep(positions) };
        double? found = options.TimeStep;
        foreach (string assignment in parsed.GetValue(_learn) ?? [])
        {
            options = OptionsJson.Set(assignment, options);
        }

        if (found is not null && options.TimeStep == found)
        {
            terminal.Remark($"positions follow velocities in steps of {Format.Short(found.Value)} s; the change of the velocities is learned (--learn timeStep=null learns that of the whole state)");
        }

        ModelLearningOptions learning = new();
        learning = learning with
        {
            Dynamics = options,
            Rounds = parsed.GetValue(_rounds) ?? learning.Rounds,
            EpisodesPerRound = parsed.GetValue(_episodes) ?? learning.EpisodesPerRound,
        };
        Arguments.Check(learning.Validate, ("rounds", _rounds.Name), ("episodesPerRound", _episodes.Name));
        return learning.Rounds == 1 || parsed.GetValue(_environment) is not null
            ? learning
            : throw new InvalidInputException(_rounds.Name, "there is no --environment", "Name the robot that the policies are rolled out on between the rounds, or leave it out");
    }

    private CriticModel Train(ModelLearningTrainer trainer, TrainingRequest request, string checkpoint, MetaTrainingOptions training, int iterations, TrainingRecords records, Action<CriticModel> judge, CancellationToken cancellationToken)
    {
        int round = -1, trained = -1; // that have been said
        bool recording = false;
        return new TrainingRun(terminal, args, iterations).Train(training.OnDivergence, () => trainer.Iteration, (display, remarks) =>
        {
            CriticModel critic = trainer.Train(
                new Reporter<ModelLearningProgress>(p =>
                {
                    display.Count(p.Dynamics is null ? "it" : "passes");
                    if (p.Dynamics is { } learning)
                    {
                        if (p.Round > round)
                        {
                            round = p.Round;
                            display.Say(round == 0 ? "learning the dynamics" : $"round {Format.Count(round + 1)}: learning the dynamics");
                        }

                        display.Report(learning.Completed, learning.Total, learning.HeldOutError);
                    }
                    else if (p.MetaTraining is { } meta)
                    {
                        if (p.Round > trained)
                        {
                            trained = p.Round;
                            display.Say(trained == 0 ? "meta-training" : $"round {Format.Count(trained + 1)}: meta-training");
                        }

                        if (!recording)
                        {
                            // A training that is resumed has its history by now; the latest is told below.
                            recording = true;
                            records.Begin([.. trainer.History.Take(meta.Completed - 1)], []);
                        }

                        records.Take(meta);
                        display.Report(meta.Completed, meta.Total, meta.Latest.FinalError);
                        remarks.Take(meta);
                    }
                }),
                checkpoint,
                request.Resumes,
                iterations,
                cancellationToken);
            judge(critic);
            return critic;
        });
    }

    private void WarnOfDynamics(DynamicsMetrics heldOut, int positions)
    {
        bool moves = positions < heldOut.RSquared.Count;
        double explained = Mean(heldOut.RSquared.Skip(moves ? positions : 0));
        if (explained < Enough)
        {
            terminal.Remark($"warning: the learned dynamics explain only {Format.Short(100 * explained)} % of the variance {(moves ? "of the velocities " : "")}on rows held out, and errors in them say little of the machine. Give more transitions, or with --robot a model that need not be exact");
        }
    }

    private void Report(TrainingRequest request, CriticModel critic, ModelLearningTrainer trainer, ValidationResult fresh, int positions, TimeSpan duration)
    {
        DynamicsMetrics figures = trainer.Dynamics!.HeldOut;
        double velocities = Mean(figures.RSquared.Skip(positions)), all = Mean(figures.RSquared);
        if (request.Json)
        {
            JsonObject training = new()
            {
                ["transitions"] = trainer.Transitions.Count,
                ["heldOut"] = figures.HeldOutRows,
                ["heldOutErrors"] = Format.Numbers(figures.Errors),
                ["heldOutRSquared"] = Format.Numbers(figures.RSquared),
                ["goals"] = critic.Goals.Goals.Count,
                ["iterations"] = critic.Iterations,
                ["seconds"] = duration.TotalSeconds,
            };
            TrainingVerdict.WriteJson(terminal, training, critic, fresh, request.Output);
            return;
        }

        terminal.WriteList(
            ("transitions", $"{Format.Count(trainer.Transitions.Count)} ({Format.Count(figures.HeldOutRows)} held out)"),
            ("change explained", $"{Format.Short(100 * all)} % of the variance on rows held out{(positions < figures.RSquared.Count ? $"; velocities {Format.Short(100 * velocities)} %" : "")}"),
            ("goals", Format.Count(critic.Goals.Goals.Count)),
            ("iterations", Format.Count(critic.Iterations)),
            ("duration", Format.Duration(duration)),
            ("task loss", Format.Short(critic.TaskLoss)),
            ("new policies", TrainingVerdict.Count(fresh, request.Validation ?? "training goals")),
            ("error", $"{TrainingVerdict.Errors(fresh, "")}, in the learned dynamics"),
            ("critic", request.Output));
    }

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
