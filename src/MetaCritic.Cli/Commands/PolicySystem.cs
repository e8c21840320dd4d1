using System.CommandLine;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>What policies run on: a critic's robot, or another one, and how it is stepped.</summary>
/// <param name="Robot">The robot.</param>
/// <param name="Dynamics">How it is stepped.</param>
/// <param name="Horizon">Control steps of a roll-out, unless told otherwise: as many as policies are fitted over, so that errors are those of <c>metacritic fit</c>.</param>
/// <param name="Critic">The critic; null without one.</param>
internal sealed record PolicySystem(RobotModel Robot, RigidBodyOptions Dynamics, int Horizon, CriticModel? Critic)
{
    /// <summary>The options that choose it.</summary>
    internal sealed record Options(Option<string?> Critic, Option<string?> Robot, RobotChoices.Options Choices, Option<string[]> Set)
    {
        /// <summary>Adds them to a command.</summary>
        public static Options AddTo(Command command)
        {
            Option<string?> critic = new("--critic") { Description = "The critic that the policies were fitted with. It holds the robot and the settings of its dynamics.", HelpName = "file" };
            Option<string?> robot = new("--robot") { Description = "Another robot: two-link, reacher, kuka, or a URDF or MJCF file. Without --critic, its dynamics are those of its preset.", HelpName = "robot" };
            command.Add(critic);
            command.Add(robot);
            RobotChoices.Options choices = new(command);
            Option<string[]> set = Arguments.Assignments("--set", "Change one setting of the robot's dynamics, for example dynamics.timeStep=0.02. May be repeated.");
            command.Add(set);
            return new(critic, robot, choices, set);
        }

        /// <summary>Whether there is a critic or a robot.</summary>
        public bool AreGiven(ParseResult parsed) => parsed.GetValue(Critic) is not null || parsed.GetValue(Robot) is not null;

        /// <summary>An option that changes the robot or its dynamics; null if there is none.</summary>
        public string? ChangeOf(ParseResult parsed) =>
            Choices.Of(parsed) is { Changes.Count: > 0 } ? "--robot-set" : Choices.Of(parsed).ReadingOption ?? (parsed.GetValue(Set) is { Length: > 0 } ? Set.Name : null);

        /// <summary>Loads it.</summary>
        /// <param name="terminal">For remarks.</param>
        /// <param name="parsed">The command line.</param>
        /// <param name="criticFile">The critic's file; null for the one of the command line.</param>
        /// <exception cref="InvalidInputException">There is neither a critic nor a robot, or they do not go together, or something is not usable.</exception>
        public PolicySystem Load(Terminal terminal, ParseResult parsed, string? criticFile = null)
        {
            string? name = parsed.GetValue(Robot);
            RobotModel? robot;
            RigidBodyOptions? dynamics = null;
            MetaTrainingOptions training;
            PolicyLearnerOptions fitting;
            CriticModel? critic = null;
            RobotChoices choices = Choices.Of(parsed);
            if ((criticFile ?? parsed.GetValue(Critic)) is { } file)
            {
                critic = CriticModel.Load(file);
                (training, fitting) = (critic.Training, PolicyLearner.DefaultOptions(critic));
                robot = FitCommand.RobotOf(terminal, critic, file, name, choices, out dynamics)
                    ?? throw new InvalidInputException(file, "this critic was trained on learned dynamics, which have no body to show", "Give the robot with --robot");
                dynamics ??= new();
            }
            else if (name is not null)
            {
                robot = RobotSource.Load(name, choices, terminal);
                TaskPreset preset = robot.DegreesOfFreedom == 0
                    ? throw new InvalidInputException($"--robot {name}", "none of its joints moves", "Give a robot with a joint that moves")
                    : RobotSource.Settings(null, name, robot, 1);
                (dynamics, training, fitting) = (preset.Dynamics, preset.Training, preset.Fitting);
            }
            else
            {
                throw new InvalidInputException("--critic", "it is missing, and so is --robot", "Give the critic that the policy was fitted with, or a robot");
            }

            foreach (string assignment in parsed.GetValue(Set) ?? [])
            {
                (dynamics, training) = OptionsJson.Set(assignment, dynamics, training);
            }

            dynamics.Validate(robot.DegreesOfFreedom);
            return new(robot, dynamics, fitting.Horizon ?? training.Horizon, critic);
        }
    }
}
