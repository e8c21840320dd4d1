namespace MetaCritic.Networks;

/// <summary>
/// A fixed set of threads that work through numbered blocks together with the caller. Which thread takes which block is
/// left to chance; callers make blocks independent, so that results do not depend on it. Running allocates nothing.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int>? _body;
    private int _blocks;
    private int _next;
    private int _busy;
    private Exception? _failure;
    private volatile bool _disposed;

    /// <summary>Starts a team.</summary>
    /// <param name="threads">Threads including the caller; 0 for one per core.</param>
    public WorkerTeam(int threads)
    {
        Count = threads == 0 ? Environment.ProcessorCount : threads;
        _threads = new Thread[Count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work, 8 << 20) { IsBackground = true, Name = "MetaCritic worker" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads including the caller.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="body"/> for 0 … blocks − 1 and returns when all are done; the first exception is rethrown.</summary>
    public void Run(int blocks, Action<int> body)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_threads.Length == 0 || blocks <= 1)
        {
            for (int i = 0; i < blocks; i++)
            {
                body(i);
            }

            return;
        }

        _body = body;
        _blocks = blocks;
        _failure = null;
        Volatile.Write(ref _next, 0);
        int others = Math.Min(_threads.Length, blocks - 1);
        Volatile.Write(ref _busy, others);
        _wake.Release(others);
        Drain();
        SpinWait spin = default;
        while (Volatile.Read(ref _busy) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        _body = null;
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_threads.Length > 0)
        {
            _wake.Release(_threads.Length);
            foreach (Thread thread in _threads)
            {
                thread.Join();
            }
        }

        _wake.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _wake.Wait(); // spins for a while before it sleeps
            if (_disposed)
            {
                return;
            }

            Drain();
            Interlocked.Decrement(ref _busy);
        }
    }

    private void Drain()
    {
        Action<int> body = _body!;
        int blocks = _blocks;
        try
        {
            int block;
            while ((block = Interlocked.Increment(ref _next) - 1) < blocks)
            {
                body(block);
            }
        }
#pragma warning disable CA1031 // carried to the caller of Run, which rethrows it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            Volatile.Write(ref _next, blocks);
        }
    }
}
