using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary>What <c>metacritic train</c> was asked for, whatever it trains through.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The robot, or the model of one that learned dynamics correct; null without one.</summary>
    public string? Robot { get; init; }

    /// <summary>What is changed and locked of it.</summary>
    public required RobotChoices RobotChoices { get; init; }

    /// <summary>The table of goals.</summary>
    public required string Goals { get; init; }

    /// <summary>A table of other goals; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>Validations in a row without improvement that end the training; null for the preset's.</summary>
    public int? Patience { get; init; }

    /// <summary>Where the critic goes.</summary>
    public required string Output { get; init; }

    /// <summary>The preset that was named; null for the robot's own.</summary>
    public string? Preset { get; init; }

    /// <summary>A file of settings; null for none.</summary>
    public string? OptionsFile { get; init; }

    /// <summary>Single settings.</summary>
    public IReadOnlyList<string> Assignments { get; init; } = [];

    /// <summary>Meta-iterations in all; null for the settings'.</summary>
    public int? Iterations { get; init; }

    /// <summary>The seed; null for the settings'.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The threads; null for the settings'.</summary>
    public int? Threads { get; init; }

    /// <summary>The folder of the checkpoint; null for the one beside <see cref="Output"/>.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Whether to go on from the checkpoint.</summary>
    public bool Resumes { get; init; }

    /// <summary>Whether goals may be outside the limits of the joints.</summary>
    public bool AllowsOutside { get; init; }

    /// <summary>Whether a critic that learned nothing is written.</summary>
    public bool Keeps { get; init; }

    /// <summary>How the tables are written; null for commas.</summary>
    public TableFormat? Format { get; init; }

    /// <summary>Whether the report is JSON.</summary>
    public bool Json { get; init; }
}
