using MetaCritic.Dynamics;

namespace MetaCritic.Learning;

/// <summary>
/// The transitions of a training in rounds: the log given, and what was collected before each further round, which is kept in files beside
/// the checkpoint.
/// </summary>
internal sealed class RoundLog
{
    private readonly Transitions _given;

    /// <summary>Begins with a log.</summary>
    public RoundLog(Transitions given) => All = _given = given;

    /// <summary>All transitions so far.</summary>
    public Transitions All { get; private set; }

    /// <summary>Begins anew: what an older training left in the folder does not belong to this one.</summary>
    /// <param name="folder">The folder; null for none.</param>
    /// <param name="rounds">Number of rounds.</param>
    public void Begin(string? folder, int rounds)
    {
        All = _given; // not what an earlier call collected that was cut off
        for (int round = 1; round < rounds && folder is not null && Directory.Exists(folder); round++)
        {
            File.Delete(PathOf(folder, round));
        }
    }

    /// <summary>Whether a folder holds what was collected before a round.</summary>
    public static bool Has(string folder, int round) => File.Exists(PathOf(folder, round));

    /// <summary>Reads what was collected before a round and those before it.</summary>
    /// <exception cref="InvalidInputException">A file is missing or cannot be used.</exception>
    public void Restore(string folder, int round)
    {
        All = _given;
        for (int r = 1; r <= round; r++)
        {
            All = All.Append(TransitionsData.Load(PathOf(folder, r), _given.States[0].Length, _given.Actions[0].Length));
        }
    }

    /// <summary>Adds what was collected before a round.</summary>
    /// <exception cref="MetaCriticException">It cannot be written.</exception>
    public void Add(Transitions collected, string? folder, int round)
    {
        if (folder is not null)
        {
            collected.Save(PathOf(folder, round));
        }

        All = All.Append(collected);
    }

    /// <summary>Removes what a training kept in a folder.</summary>
    public static void Remove(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "round-*.mctransitions"))
        {
            File.Delete(file);
        }
    }

    private static string PathOf(string folder, int round) => Path.Combine(folder, FormattableString.Invariant($"round-{round + 1}.mctransitions"));
}
