namespace MetaCritic.Architecture.Tests;

/// <summary>
/// The rooms of the house. A room is a folder of a project under src/ and its namespace, with the namespaces below it; what stands in the
/// project's own folder is a room too.
/// </summary>
internal static class Rooms
{
    /// <summary>All rooms, each of which may use those before it and none after it.</summary>
    public static IReadOnlyList<string> Order { get; } =
    [
        // The engine.
        "MetaCritic", // errors, checks of options: what everyone may use
        "MetaCritic.Networks",
        "MetaCritic.Files", // knows nothing of robots or learning
        "MetaCritic.Robots",
        "MetaCritic.Dynamics",
        "MetaCritic.Tasks", // what is asked: goals, options, presets
        "MetaCritic.Models", // critics and policies
        "MetaCritic.Export", // models for use without this library
        "MetaCritic.Learning",
        "MetaCritic.Monitoring", // what a training tells while it runs, in files
        "MetaCritic.Baselines",
        "MetaCritic.Analysis",

        // Tables, for the ML.NET layer and the tool.
        "MetaCritic.Tables",

        // The ML.NET layer.
        "MetaCritic.ML.Rows",
        "MetaCritic.ML.Functions",
        "MetaCritic.ML.Saving",
        "MetaCritic.ML",

        // Modules of torch.
        "MetaCritic.ML.TorchSharp.Native", // loading, gradients that do not end the process
        "MetaCritic.ML.TorchSharp",
        "MetaCritic.ML.TorchSharp.Pipelines", // in ML.NET

        // The tool.
        "MetaCritic.Cli.Output",
        "MetaCritic.Cli.Plots", // curves and maps
        "MetaCritic.Cli.Views", // pages and pictures of robots at work
        "MetaCritic.Cli.CommandLine",
        "MetaCritic.Cli.Commands",
        "MetaCritic.Cli",

        // The paper's experiments.
        "MetaCritic.Paper.Results",
        "MetaCritic.Paper.Experiments",
        "MetaCritic.Paper.Items",
        "MetaCritic.Paper.Report",
        "MetaCritic.Paper",
    ];

    /// <summary>The room of a type. Types that a project puts into a namespace of others belong to its own folder.</summary>
    public static string Of(TypeName type)
    {
        string prefix = type.Assembly + ".";
        return type.Namespace.StartsWith(prefix, StringComparison.Ordinal) ? prefix + type.Namespace[prefix.Length..].Split('.')[0] : type.Assembly;
    }
}
