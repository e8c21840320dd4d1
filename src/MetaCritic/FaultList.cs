namespace MetaCritic;

/// <summary>What is wrong with an input, gathered so that all of it can be mended at once.</summary>
internal sealed class FaultList
{
    private const int MostShown = 20;

    // More is not looked for: a hostile file may have hundreds of thousands.
    private const int Most = 1_000;

    private readonly List<InvalidInputException> _faults = [];
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);
    private int _failures;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _faults.Count == 0;

    /// <summary>Adds a fault; once, if several checks find the same.</summary>
    public void Add(InvalidInputException fault)
    {
        if (_messages.Add(fault.Message))
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Does a part of the work, unless far too much is wrong already; its fault is added.</summary>
    /// <returns>Whether it was done without one.</returns>
    public bool Try(Action work)
    {
        if (_failures >= Most)
        {
            return false;
        }

        try
        {
            work();
            return true;
        }
        catch (InvalidInputException fault)
        {
            Add(fault);
            _failures++;
            return false;
        }
    }

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="InvalidInputException">One fault as it is; several as one error, a line each.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw Combined();
        }
    }

    /// <summary>All that is wrong as one error.</summary>
    public InvalidInputException Combined()
    {
        if (_faults.Count == 1)
        {
            return _faults[0];
        }

        string more = _faults.Count > MostShown ? FormattableString.Invariant($"\n… and {_faults.Count - MostShown} more errors.") : "";
        return InvalidInputException.Several(_faults[0].Place, string.Join('\n', _faults.Take(MostShown).Select(fault => fault.Message)) + more, new AggregateException(_faults));
    }
}
