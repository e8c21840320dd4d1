
namespace MetaCritic.Benchmarks.Ratios;

/// <summary>The growth of the process's resident memory above what it is at the beginning, sampled by a thread.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Thread _thread;
    private readonly long _start;
    private long _peak;
    private volatile bool _ended;

    public MemoryWatch()
    {
        _start = _peak = Environment.WorkingSet;
        _thread = new(Sample) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The largest growth so far, bytes.</summary>
    public long Growth => Math.Max(Volatile.Read(ref _peak), Environment.WorkingSet) - _start;

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Sample()
    {
        while (!_ended)
        {
            Volatile.Write(ref _peak, Math.Max(_peak, Environment.WorkingSet));
            Thread.Sleep(1);
        }
    }
}
