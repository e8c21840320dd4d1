using System.Globalization;
using MetaCritic.Cli.Output;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Commands;

/// <summary>Robots as the command line names them.</summary>
internal static class RobotSource
{
    /// <summary>Names of the built-in robots, which are also those of the presets.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = ["two-link", "reacher", "kuka"];

    private const int MostFiles = 10_000; // of a folder that are looked at for a name that may be meant

    /// <summary>A built-in robot or the robot of a URDF file, with parameters changed.</summary>
    /// <param name="name">Name or file.</param>
    /// <param name="choices">What else is asked for.</param>
    /// <param name="terminal">Where to warn of what was passed over in the file; null for nowhere.</param>
    /// <exception cref="InvalidInputException">There is no such robot, its file is not usable, or a change is not.</exception>
    public static RobotModel Load(string name, RobotChoices choices, Terminal? terminal)
    {
        RobotModel robot = name switch
        {
            "two-link" => Locked(RobotModel.TwoLink, choices.Reading),
            "reacher" => Locked(RobotModel.Reacher, choices.Reading),
            "kuka" => Locked(RobotModel.KukaIiwa7, choices.Reading),
            _ when IsOurs(name) => throw new InvalidInputException(name, "this is a file of MetaCritic (a critic, a policy or learned dynamics), not a robot", $"Give {string.Join(", ", BuiltIn)} or a URDF or MJCF file"),
            _ when File.Exists(name) || Directory.Exists(name) => RobotModel.Load(name, choices.Reading),
            _ => throw new InvalidInputException($"robot \"{name}\"", "there is neither a built-in robot nor a file of this name", $"{(Near(name) is { Count: > 0 } near ? NearNames.Perhaps(near) + ". " : "")}Give {string.Join(", ", BuiltIn)} or a URDF or MJCF file"),
        };
        foreach (string warning in terminal is null ? [] : robot.Warnings)
        {
            terminal!.Remark($"warning: {warning}");
        }

        foreach (string change in choices.Changes)
        {
            robot = Change(robot, change);
        }

        return robot;
    }

    /// <summary>A robot with one parameter changed.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="change">The change, <c>parameter=value</c>.</param>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static RobotModel Change(RobotModel robot, string change)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new InvalidInputException($"\"{change}\"", "this changes no parameter", "Give name=number, for example iiwa_link_7.mass=5");
        }

        // The robot refuses what is not finite where it has to be; a limit may be Infinity.
        string name = change[..equals].Trim(), value = change[(equals + 1)..];
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? robot.With(name, number)
            : throw new InvalidInputException(name, $"value is \"{value}\"", "Give a number, with a decimal point");
    }

    // Built-in robots and files of robots that may be meant; a name without its ending means the file.
    private static IReadOnlyList<string> Near(string name)
    {
        string folder = Path.GetDirectoryName(name) ?? "", place = folder.Length > 0 ? folder : ".", inFolder = Path.GetFileName(name);
        EnumerationOptions readable = new() { IgnoreInaccessible = true };
        IEnumerable<string> files = !Directory.Exists(place) ? [] : new DirectoryInfo(place).EnumerateFiles("*", readable)
            .Take(MostFiles)
            .Where(file => file.Extension.ToLowerInvariant() is ".urdf" or ".xml" or ".mjcf")
            .Select(file => file.Name)
            .Order(StringComparer.Ordinal);
        string[] known = [.. folder.Length > 0 ? [] : BuiltIn, .. files];
        string[] same = [.. known.Where(candidate => Path.GetFileNameWithoutExtension(candidate) == inFolder)];
        return [.. (same.Length > 0 ? same : NearNames.Of(inFolder, known)).Select(near => Path.Combine(folder, near))];
    }

    /// <summary>Whether a file is one of the engine: a critic, a policy or the like.</summary>
    public static bool IsOurs(string path) => File.Exists(path) && ModelFile.Peek(path) is not null;

    private static RobotModel Locked(RobotModel robot, RobotReadingOptions reading)
    {
        robot = reading.Locks.Count > 0 ? robot.Lock(reading.Locks) : robot;
        return reading.LockAllBut is { } joints ? robot.LockAllBut(joints) : robot;
    }

    /// <summary>The name for settings that are worked out from the robot.</summary>
    public const string Computed = "auto";

    /// <summary>Names that presets are chosen by.</summary>
    public static IReadOnlyList<string> PresetNames { get; } = [.. BuiltIn, Computed];

    /// <summary>The settings that a robot begins with: those of a preset, else of the built-in robot, else worked out from the robot.</summary>
    /// <param name="preset">Name of the preset; null if none is chosen.</param>
    /// <param name="name">The robot's name or file.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="goals">How many training goals there are.</param>
    public static TaskPreset Settings(string? preset, string name, RobotModel robot, int goals)
    {
        string chosen = preset ?? (BuiltIn.Contains(name) ? name : Computed);
        return chosen == Computed ? TaskPreset.For(robot, goals) : Preset(chosen);
    }

    /// <summary>The preset of a name.</summary>
    public static TaskPreset Preset(string name) => TaskPreset.All.First(preset => preset.Name == name);
}
