namespace MetaCritic.Robots;

/// <summary>An element of a URDF document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line it begins in.</param>
/// <param name="Label">How errors show it.</param>
/// <param name="Owner">How errors show the robot, link or joint that it is or belongs to.</param>
internal readonly record struct UrdfElement(string Name, int Line, string Label, string Owner);

/// <summary>What is read inside an element.</summary>
/// <param name="Name">Name of the child element.</param>
/// <param name="Read">Reads it; what it leaves of it is skipped.</param>
internal readonly record struct UrdfChild(string Name, Action<UrdfElement> Read)
{
    /// <summary>Whether there may be several.</summary>
    public bool Repeats { get; init; }

    /// <summary>What to do if there is none; null if it may be left out.</summary>
    public string? IfMissing { get; init; }
}
