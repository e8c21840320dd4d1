namespace MetaCritic.Mutations;

/// <summary>A fault made by hand, which some test must find.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Old">Text that stands in the file exactly once.</param>
/// <param name="New">What stands there instead.</param>
/// <param name="Why">What a user would suffer.</param>
/// <param name="Killers">Test classes that are likely to find it, which run first, with blanks between them.</param>
internal sealed record Fault(string Name, string File, string Old, string New, string Why, string Killers)
{
    /// <summary>All faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
        [.. DynamicsFaults.List, .. NetworkFaults.List, .. LearnedDynamicsFaults.List, .. LearningFaults.List, .. FileFaults.List, .. TableFaults.List, .. ToolFaults.List, .. LayerFaults.List];
}
