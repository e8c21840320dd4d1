using MetaCritic.Dynamics;

namespace MetaCritic.Tables;

/// <summary>Reads a log of transitions row by row.</summary>
/// <remarks>
/// <para>Columns, in any order:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Meaning</description></listheader>
/// <item><term><c>state_0</c> …</term><description>state: positions, then velocities; rad or m, and rad/s or m/s</description></item>
/// <item><term><c>action_0</c> …</term><description>action applied there</description></item>
/// <item><term><c>next_state_0</c> …</term><description>state one control step later, with as many components</description></item>
/// <item><term><c>episode</c></term><description>the roll-out that the row was recorded in, an integer; optional</description></item>
/// <item><term>any other name</term><description>a text of the user's own, such as <c>step</c> or <c>time</c>; it may be empty</description></item>
/// </list>
/// <para>A name that begins with <c>state_</c>, <c>action_</c> or <c>next_state_</c>, or is nearly that of another column, but means nothing is an error.</para>
/// </remarks>
public sealed class TransitionReader : IDisposable
{
    internal const string EpisodeColumn = "episode";

    internal static readonly NumberedNames StateNames = new("state_");
    internal static readonly NumberedNames ActionNames = new("action_");
    internal static readonly NumberedNames NextStateNames = new("next_state_");

    private const string Needed = "A log of transitions has the columns state_0 ..., action_0 ..., next_state_0 ...";

    // Where the number of a column goes; null for one that is no number.
    private readonly (double[] Values, int Index)?[] _places;
    private readonly double[] _state;
    private readonly double[] _action;
    private readonly double[] _nextState;
    private readonly int _episode;

    private TransitionReader(TableReader table)
    {
        Table = table;
        CheckNames();
        _state = new double[CountOf(StateNames)];
        _action = new double[CountOf(ActionNames)];
        _nextState = new double[CountOf(NextStateNames)];
        if (_nextState.Length != _state.Length)
        {
            throw table.HeaderError(
                FormattableString.Invariant($"there are {Shown.Count(_state.Length, "column")} of the state, but {_nextState.Length} of the next state"), "Give as many of both");
        }

        _episode = table.IndexOf(EpisodeColumn);
        _places = [.. table.Columns.Select(PlaceOf)];
        OtherColumns = [.. Enumerable.Range(0, _places.Length).Where(column => _places[column] is null && column != _episode)];
    }

    /// <summary>The table, at the present row.</summary>
    public TableReader Table { get; }

    /// <summary>Whether the episodes are known.</summary>
    public bool HasEpisodes => _episode >= 0;

    /// <summary>Indices of the columns that are the user's own: texts.</summary>
    public IReadOnlyList<int> OtherColumns { get; }

    /// <summary>State of the present row, positions before velocities; its length is the same for all. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> State => _state;

    /// <summary>Action of the present row; its length is the same for all. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> Action => _action;

    /// <summary>State reached in the present row, as long as <see cref="State"/>. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<double> NextState => _nextState;

    /// <summary>Episode of the present row; 0 if it is not known.</summary>
    public long Episode { get; private set; }

    /// <summary>Opens a log of transitions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    /// <exception cref="InvalidInputException">The file is missing, or its header row is not usable; the message says why.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public static TransitionReader Open(string path, TableFormat? format = null)
    {
        TableReader table = TableReader.Open(path, format, IsKnown);
        try
        {
            return new(table);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next row, all of it but the user's own columns.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidInputException">A cell is empty or not what it should be, or the row has too many or too few; the message names file, line and column.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public bool Read()
    {
        if (!Table.Read())
        {
            return false;
        }

        for (int column = 0; column < _places.Length; column++)
        {
            if (_places[column] is var (values, index))
            {
                values[index] = Table.GetQuantity(column);
            }
            else if (column == _episode)
            {
                Episode = Table.GetInteger(column);
            }
        }

        return true;
    }

    /// <summary>Reads all rows that are left; the user's own columns are passed over.</summary>
    /// <exception cref="InvalidInputException">As for <see cref="Read"/>.</exception>
    /// <exception cref="MetaCriticException">Reading failed for another reason.</exception>
    public Transitions ReadTransitions()
    {
        List<double[]> states = [], actions = [], nextStates = [];
        List<long> episodes = [];
        while (Read())
        {
            states.Add([.. _state]);
            actions.Add([.. _action]);
            nextStates.Add([.. _nextState]);
            if (HasEpisodes)
            {
                episodes.Add(Episode);
            }
        }

        return new() { States = states, Actions = actions, NextStates = nextStates, Episodes = HasEpisodes ? episodes : null };
    }

    /// <summary>Ends the reading and closes the file.</summary>
    public void Dispose() => Table.Dispose();

    private static bool IsKnown(string name) =>
        name == EpisodeColumn || StateNames.NumberOf(name) is not null || ActionNames.NumberOf(name) is not null || NextStateNames.NumberOf(name) is not null;

    // A column that would not do what its name promises. All other names are the user's own.
    private void CheckNames()
    {
        string? misnamed = Table.Columns.FirstOrDefault(name => !IsKnown(name)
            && (StateNames.Resembles(name) || ActionNames.Resembles(name) || NextStateNames.Resembles(name) || name.Equals(EpisodeColumn, StringComparison.OrdinalIgnoreCase)));
        if (misnamed is not null)
        {
            throw Table.HeaderError(
                $"the column \"{Shown.Text(misnamed)}\" is unknown", $"Known are {StateNames[0]} ..., {ActionNames[0]} ..., {NextStateNames[0]} ..., {EpisodeColumn}; give a column of your own another name");
        }
    }

    // As many as there are columns with such names: numbered from 0, without gaps.
    private int CountOf(NumberedNames names)
    {
        HashSet<int> numbers = [.. Table.Columns.Select(names.NumberOf).OfType<int>()];
        for (int i = 0; i < numbers.Count; i++)
        {
            if (!numbers.Contains(i))
            {
                throw Table.HeaderError($"there is a column \"{names[numbers.Max()]}\", but no \"{names[i]}\"", "Number them from 0 without gaps");
            }
        }

        return numbers.Count > 0 ? numbers.Count : throw Table.HeaderError($"there is no column \"{names[0]}\"", $"{Needed}; the file has {Shown.Names(Table.Columns)}");
    }

    private (double[] Values, int Index)? PlaceOf(string name) =>
        StateNames.NumberOf(name) is int state ? (_state, state)
        : ActionNames.NumberOf(name) is int action ? (_action, action)
        : NextStateNames.NumberOf(name) is int next ? (_nextState, next)
        : null;
}
