namespace MetaCritic.Dynamics;

/// <summary>
/// Copies of a system with known dynamics as an environment: nothing can be asked of it but <see cref="Reset"/> and
/// <see cref="Step"/>. Not thread-safe: it holds the copies' states.
/// </summary>
public sealed class DynamicsEnvironment : IEnvironment
{
    private readonly IDynamics _dynamics;
    private readonly double[] _start;
    private double[] _current;
    private double[] _next;

    /// <summary>Creates copies, each in its start state.</summary>
    /// <param name="dynamics">The dynamics; copy b is their roll-out b.</param>
    /// <param name="count">Number of copies, at least 1.</param>
    /// <param name="startStates">One start state per copy, each [StateSize] or null for 0; null for 0 everywhere.</param>
    /// <exception cref="InvalidInputException">
    /// The number of start states is not <paramref name="count"/>, or a start state has the wrong size or is not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public DynamicsEnvironment(IDynamics dynamics, int count, IReadOnlyList<IReadOnlyList<double>?>? startStates = null)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (startStates is not null && startStates.Count != count)
        {
            throw new InvalidInputException(
                nameof(startStates), $"there are {startStates.Count} start states for {count} copies", "Give one per copy, or none");
        }

        _dynamics = dynamics;
        Count = count;
        _start = new double[checked(dynamics.StateSize * count)];
        for (int b = 0; b < count; b++)
        {
            if (startStates?[b] is { } row)
            {
                WriteStart(row, b);
            }
        }

        _current = [.. _start];
        _next = new double[_start.Length];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int StateSize => _dynamics.StateSize;

    /// <inheritdoc/>
    public int ActionSize => _dynamics.ActionSize;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The span has not StateSize × Count elements.</exception>
    public void Reset(Span<double> states)
    {
        Sizes.Check(states.Length, StateSize, Count, nameof(states));
        _start.CopyTo(_current.AsSpan());
        _start.CopyTo(states);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span has not ActionSize × Count or StateSize × Count elements.</exception>
    public void Step(ReadOnlySpan<double> actions, Span<double> states)
    {
        Sizes.Check(actions.Length, ActionSize, Count, nameof(actions));
        Sizes.Check(states.Length, StateSize, Count, nameof(states));
        _dynamics.Step(0, Count, _current, actions, _next);
        (_current, _next) = (_next, _current);
        _current.CopyTo(states);
    }

    private void WriteStart(IReadOnlyList<double> row, int copy)
    {
        if (row.Count != StateSize)
        {
            throw new InvalidInputException(
                $"startStates[{copy}]", $"it has {row.Count} components", $"Give the {StateSize} components of a state");
        }

        for (int i = 0; i < row.Count; i++)
        {
            if (!double.IsFinite(row[i]))
            {
                throw new InvalidInputException(
                    $"startStates[{copy}]",
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"component {i} is {row[i]}"),
                    "Give a finite number");
            }

            _start[(i * Count) + copy] = row[i];
        }
    }
}
