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

/// <summary><c>metacritic collect</c>: rolls a robot out and writes its transitions into a table.</summary>
internal static class CollectCommand
{
    private const int EpisodeLimit = 1_000_000;

    public static Command Create(Terminal terminal)
    {
        Option<string> robot = new("--robot") { Description = "two-link, reacher, kuka, or a URDF or MJCF file.", HelpName = "robot", Required = true };
        Option<string> output = new("--out")
        {
            Description = "The table: episode, step, state_0 ... (positions, then velocities), action_0 ..., next_state_0 ...",
            HelpName = "log.csv",
            Required = true,
        };
        Option<int> episodes = new("--episodes") { Description = "Number of roll-outs.", HelpName = "N", DefaultValueFactory = _ => 200 };
        Option<int?> horizon = new("--horizon") { Description = "Control steps per roll-out. Default: that of the preset, 65 for kuka, else 45.", HelpName = "T" };
        Option<string?> policies = new("--policies") { Description = "Follow the policies in this folder (*.policy, in the order of their names), in turn. Default: random networks and smooth random actions, in turn.", HelpName = "folder" };
        Option<double?> amplitude = Arguments.Number("--amplitude", "Largest amplitude of random actions. Default: 2.");
        Option<double?> noise = Arguments.Number("--noise", "Standard deviation of the noise on the policies' actions. Default: 0.1.");
        Option<string[]> set = Arguments.Assignments("--set", "Change one setting of the robot's dynamics, for example dynamics.timeStep=0.02. May be repeated.");
        Option<ulong> seed = new("--seed") { Description = "Seed of everything random. Default: 0.", HelpName = "S" };
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("collect", "Roll a robot out, at random or with policies, and write its transitions into a table.", "metacritic collect --robot two-link --out log.csv")
        {
            robot, output, episodes, horizon, policies, amplitude, noise, set, seed, json,
        };
        RobotChoices.Options choices = new(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(robot);
            RobotModel model = RobotSource.Load(name, choices.Of(parsed), terminal);
            (_, _, RigidBodyOptions dynamics, MetaTrainingOptions training, _) = TrainCommand.Settings(null, parsed.GetValue(set) ?? [], RobotSource.Settings(null, name, model, 1));
            int count = parsed.GetValue(episodes);
            Arguments.RequireRange("--episodes", count, 1, EpisodeLimit);
            TransitionCollectorOptions options = new();
            options = options with
            {
                Seed = parsed.GetValue(seed),
                Horizon = parsed.GetValue(horizon) ?? training.Horizon,
                Amplitude = parsed.GetValue(amplitude) ?? options.Amplitude,
                Noise = parsed.GetValue(noise) ?? options.Noise,
                Policies = parsed.GetValue(policies) is string folder ? ReadPolicies(folder) : [],
            };
            Arguments.Check(options.Validate, ("horizon", horizon.Name), ("amplitude", amplitude.Name), ("noise", noise.Name));
            string outFile = parsed.GetRequiredValue(output);
            OutputFiles.PrepareOutput(outFile);
            Stopwatch watch = Stopwatch.StartNew();
            Transitions transitions = ProgressDisplay.Run(terminal, "episodes", display => TransitionCollector.Collect(
                new SimulatedRobot(model, count, dynamics), options, new Reporter<TransitionCollectorProgress>(p => display.Report((long)count * p.Completed / p.Total, count)), cancellationToken));
            if (transitions.Count == 0)
            {
                throw new InvalidInputException("--amplitude", "every roll-out left the finite range at its first step", "Give smaller actions, or a smaller dynamics.timeStep");
            }

            TransitionWriter.Write(outFile, transitions);
            Report(terminal, parsed.GetValue(json), model, (count, options.Horizon), transitions, watch.Elapsed, outFile);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static PolicyModel[] ReadPolicies(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.policy").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? [.. files.Select(PolicyModel.Load)] : throw new InvalidInputException($"--policies {folder}", Directory.Exists(folder) ? "there are no files *.policy" : "there is no such folder", "Give a folder that metacritic fit --policies wrote");
    }

    private static void Report(Terminal terminal, bool json, RobotModel robot, (int Episodes, int Horizon) asked, Transitions transitions, TimeSpan duration, string file)
    {
        int whole = transitions.Episodes!.CountBy(episode => episode).Count(episode => episode.Value == asked.Horizon);
        int early = asked.Episodes - whole;
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["robot"] = robot.Name,
                ["episodes"] = asked.Episodes,
                ["endedEarly"] = early,
                ["transitions"] = transitions.Count,
                ["seconds"] = duration.TotalSeconds,
                ["file"] = file,
            });
            return;
        }

        terminal.WriteList(
            ("robot", robot.Name),
            ("episodes", Format.Count(asked.Episodes) + (early > 0 ? $" of {Format.Count(asked.Horizon)} steps; {Format.Count(early)} left the finite range before and end there" : $" of {Format.Count(asked.Horizon)} steps")),
            ("transitions", Format.Count(transitions.Count)),
            ("duration", Format.Duration(duration)),
            ("table", file));
    }
}
