namespace MetaCritic.Paper.Experiments;

/// <summary>What an item works with.</summary>
internal sealed class PaperContext
{
    private readonly Action<long, long> _progress;
    private int _parts = 1;
    private int _done;

    /// <summary>Creates a context.</summary>
    /// <param name="seeds">Number of seeds; they are 0, 1, 2 ...</param>
    /// <param name="quick">Little work instead of the full one.</param>
    /// <param name="threads">Number of threads; 0 for all cores.</param>
    /// <param name="critics">Critics shared between items.</param>
    /// <param name="progress">Is told how much is done, of how much.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public PaperContext(int seeds, bool quick, int threads, CriticStore critics, Action<long, long> progress, CancellationToken cancellationToken)
    {
        Seeds = seeds;
        Quick = quick;
        Threads = threads;
        Critics = critics;
        CancellationToken = cancellationToken;
        _progress = progress;
    }

    /// <summary>Number of seeds; they are 0, 1, 2 ...</summary>
    public int Seeds { get; }

    /// <summary>Whether little work is wanted: everything runs, the numbers mean little.</summary>
    public bool Quick { get; }

    /// <summary>Number of threads; 0 for all cores. No result may depend on it.</summary>
    public int Threads { get; }

    /// <summary>Critics shared between items.</summary>
    public CriticStore Critics { get; }

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The full amount of something, or with <see cref="Quick"/> the small one.</summary>
    public T Pick<T>(T full, T quick) => Quick ? quick : full;

    /// <summary>Says of how many parts of about equal length the work consists.</summary>
    public void Begin(int parts)
    {
        _parts = Math.Max(1, parts);
        _done = 0;
        _progress(0, 100);
    }

    /// <summary>Does one part, or several at once.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="work">The work; may tell how much of it is done: completed, total.</param>
    /// <param name="parts">How many parts it is.</param>
    public T Part<T>(Func<Action<long, long>, T> work, int parts = 1)
    {
        CancellationToken.ThrowIfCancellationRequested();
        T made = work((completed, total) => _progress((long)(100 * (_done + ((double)parts * completed / Math.Max(1, total))) / _parts), 100));
        _done += parts;
        _progress(100L * _done / _parts, 100);
        return made;
    }
}
