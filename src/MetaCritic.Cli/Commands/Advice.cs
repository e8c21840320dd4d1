using MetaCritic.Cli.CommandLine;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>What helps where nothing was learned. Each piece of it is tried in a test.</summary>
internal static class Advice
{
    // Options by which a user departs from the settings of the robot.
    private static readonly string[] OfSettings = ["--preset", "--options", "--set", "--iterations"];

    /// <summary>For a training on a robot.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="named">The robot as it is named there.</param>
    /// <param name="computed">Whether the settings began with those worked out from the robot.</param>
    /// <param name="goals">The goals.</param>
    /// <param name="robot">The robot.</param>
    public static string ForTraining(IReadOnlyList<string> args, TrainingRequest request, string named, bool computed, TrainingGoals goals, RobotModel robot)
    {
        if (2 * goals.Goals.Count(goal => IsFar(goal, robot)) > goals.Goals.Count)
        {
            return "Most goals are a turn or more away. Goals are radians, not degrees; metres where a joint slides.";
        }

        bool builtIn = RobotSource.BuiltIn.Contains(named);
        string[] departures = computed && builtIn ? [.. OfSettings.Skip(1)] : OfSettings;
        string[] given = [.. departures.Where(option => Arguments.Has(args, option) && (option != "--preset" || request.Preset != RobotSource.Computed))];
        bool toComputed = builtIn && !computed && (!request.RobotChoices.IsEmpty || given.Length == 0);
        return given.Length > 0
            ? Try($"without {string.Join(", ", given)}", [.. Arguments.Without(args, departures), .. toComputed ? Computed : []])
            : toComputed ? Try("with settings worked out for the robot", [.. args, .. Computed])
            : $"These settings were worked out for the robot. Look what was read of it, and at the remarks: {Arguments.CommandLine(["robot", named, .. request.RobotChoices.Arguments])}";
    }

    /// <summary>For a training on learned dynamics.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="explained">Part of the variance on rows held out that the dynamics explain.</param>
    public static string ForTransitions(IReadOnlyList<string> args, double explained)
    {
        string[] given = [.. OfSettings.Append("--learn").Where(option => Arguments.Has(args, option))];
        return given.Length > 0
            ? Try($"without {string.Join(", ", given)}", Arguments.Without(args, given))
            : FormattableString.Invariant($"The learned dynamics explain {100 * explained:G3} % of the change on rows held out. Where that is little they need more transitions.");
    }

    private static string[] Computed => ["--preset", RobotSource.Computed];

    private static bool IsFar(double[] goal, RobotModel robot) => robot.MovableJoints.Index().Any(joint =>
        Math.Abs(goal[joint.Index] - robot.RestPosition[joint.Index]) > (joint.Item.Type == JointType.Prismatic ? 100 : 2 * Math.PI));

    private static string Try(string how, IEnumerable<string> args) => $"To try it {how}: {Arguments.CommandLine(args.Where(arg => arg is not ("--resume" or "--keep")))}";
}
