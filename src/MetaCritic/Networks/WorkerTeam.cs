using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MetaCritic.Networks;

/// <summary>
/// A fixed set of threads that work through numbered blocks together with the caller. Which thread takes which block is
/// left to chance; callers make blocks independent, so that results do not depend on it. Running allocates nothing.
/// </summary>
/// <remarks>
/// Passes of a meta-iteration follow each other within microseconds, and waking a thread takes longer than some of them: a
/// thread without work watches for more for a short time before it sleeps.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    // How long a thread watches before it sleeps; the latter part of it gives way to other threads.
    private const double WatchSeconds = 100e-6;
    private const int Pauses = 200;

    [ThreadStatic]
    private static int _worker;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int>? _body;
    private int _blocks;
    private long _open; // upper half: which run; lower half: its blocks that nobody has taken
    private int _unfinished;
    private int _sleepers;
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
            int worker = i + 1;
            _threads[i] = new Thread(() => Work(worker), 8 << 20) { IsBackground = true, Name = "MetaCritic worker" };
            _threads[i].Start();
        }
    }

    /// <summary>Within a block: which thread of the team runs it, from 0, the caller. For scratch memory.</summary>
    public static int Worker => _worker;

    /// <summary>Threads including the caller.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="body"/> for 0 … blocks − 1 and returns when all are done; the first exception is rethrown.</summary>
    public void Run(int blocks, Action<int> body)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int outer = _worker; // the caller may be a worker of another team
        _worker = 0;
        try
        {
            if (_threads.Length == 0 || blocks <= 1)
            {
                for (int i = 0; i < blocks; i++)
                {
                    body(i);
                }
            }
            else
            {
                RunTogether(blocks, body);
            }
        }
        finally
        {
            _worker = outer;
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

    private void RunTogether(int blocks, Action<int> body)
    {
        _body = body;
        _blocks = blocks;
        _failure = null;
        _unfinished = blocks;
        long run = (_open >> 32) + 1;
        Interlocked.Exchange(ref _open, (run << 32) | (uint)blocks);
        Wake(blocks - 1);
        Drain();
        SpinWait spin = default;
        while (Volatile.Read(ref _unfinished) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        _body = null;
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private bool HasWork => (uint)Volatile.Read(ref _open) > 0;

    private void Work(int worker)
    {
        _worker = worker;
        while (!_disposed)
        {
            Drain();
            if (!Watch())
            {
                Sleep();
            }
        }
    }

    // Whether there was work before the time was up.
    private bool Watch()
    {
        if (Count > Environment.ProcessorCount)
        {
            return false; // others need the core
        }

        long end = Stopwatch.GetTimestamp() + (long)(WatchSeconds * Stopwatch.Frequency);
        for (int i = 0; !_disposed; i++)
        {
            if (HasWork)
            {
                return true;
            }

            if (i < Pauses)
            {
                Thread.SpinWait(1);
            }
            else if (Stopwatch.GetTimestamp() < end)
            {
                Thread.Yield();
            }
            else
            {
                break;
            }
        }

        return false;
    }

    // A thread counts itself as asleep before it looks for the last time, and Run offers work before it looks for sleepers: one
    // of them sees the other. A wake-up too many ends in Drain without work.
    private void Sleep()
    {
        Interlocked.Increment(ref _sleepers);
        if (HasWork)
        {
            TakeSleepers(1);
            return;
        }

        _wake.Wait();
    }

    private void Wake(int wanted)
    {
        int count = TakeSleepers(wanted);
        if (count > 0)
        {
            _wake.Release(count);
        }
    }

    private int TakeSleepers(int wanted)
    {
        while (true)
        {
            int sleepers = Volatile.Read(ref _sleepers);
            int taken = Math.Min(sleepers, wanted);
            if (taken == 0 || Interlocked.CompareExchange(ref _sleepers, sleepers - taken, sleepers) == sleepers)
            {
                return taken;
            }
        }
    }

    private void Drain()
    {
        while (true)
        {
            // Taken only if the run is still the same: a block that is taken keeps its run from ending.
            long open = Volatile.Read(ref _open);
            uint left = (uint)open;
            if (left == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _open, open - 1, open) == open)
            {
                RunBlock(_blocks - (int)left);
            }
        }
    }

    private void RunBlock(int block)
    {
        try
        {
            // After a failure the rest is only counted.
            if (Volatile.Read(ref _failure) is null)
            {
                _body!(block);
            }
        }
#pragma warning disable CA1031 // carried to the caller of Run, which rethrows it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }

        Interlocked.Decrement(ref _unfinished);
    }
}
