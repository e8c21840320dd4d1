namespace MetaCritic;

/// <summary>
/// Keeps an object that owns native memory for one caller at a time, and its memory until that caller has finished: a
/// disposal during a call takes effect when the call ends.
/// </summary>
/// <param name="owner">The object, for the errors.</param>
/// <param name="free">Frees what it owns; called once, by whoever is the last.</param>
internal sealed class UseGuard(object owner, Action free)
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int BusyAndDisposed = 2;
    private const int Disposed = 3;

    private int _state;

    /// <summary>Begins a call, which ends with the disposal of what is returned.</summary>
    /// <exception cref="ObjectDisposedException">The object is disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public Use Enter()
    {
        int state = Interlocked.CompareExchange(ref _state, Busy, Idle);
        ObjectDisposedException.ThrowIf(state is BusyAndDisposed or Disposed, owner);
        return state == Idle
            ? new Use(this)
            : throw new InvalidOperationException($"A call of this {owner.GetType().Name} has not ended: an instance is for one caller at a time.");
    }

    /// <summary>Disposes of the object: at once, or when the present call ends.</summary>
    public void Dispose()
    {
        while (Volatile.Read(ref _state) is var state and (Idle or Busy))
        {
            if (Interlocked.CompareExchange(ref _state, state == Idle ? Disposed : BusyAndDisposed, state) != state)
            {
                continue; // a call began or ended meanwhile
            }

            if (state == Idle)
            {
                free();
            }

            return;
        }
    }

    private void Exit()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Busy) != Busy)
        {
            Volatile.Write(ref _state, Disposed);
            free();
        }
    }

    /// <summary>A call that has begun.</summary>
    public readonly ref struct Use(UseGuard guard)
    {
        /// <summary>Ends the call.</summary>
        public void Dispose() => guard.Exit();
    }
}
