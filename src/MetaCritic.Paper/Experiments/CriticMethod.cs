namespace MetaCritic.Paper.Experiments;

/// <summary>A way of learning a critic that new policies are then fitted with.</summary>
/// <param name="Name">What tables and figures call it.</param>
/// <param name="Train">Trains it for a seed; critics are shared through <see cref="PaperContext.Critics"/>. The last argument takes progress: completed, total.</param>
internal sealed record CriticMethod(string Name, Func<PaperContext, int, Action<long, long>, TrainedCritic> Train)
{
    /// <summary>Whether a training keeps to one thread, so that seeds are trained at the same time, one per core. <see cref="Train"/> is then called from several threads.</summary>
    public bool SingleThreaded { get; init; }

    /// <summary>Policy updates of meta-testing; null for the item's.</summary>
    public int? Steps { get; init; }

    /// <summary>Trains it for every seed; as many parts of an item's work as there are seeds.</summary>
    /// <param name="context">Seeds, threads, progress.</param>
    /// <returns>One training per seed, in order; the same whatever the number of threads.</returns>
    public TrainedCritic[] TrainSeeds(PaperContext context) => SingleThreaded
        ? context.Part(progress => TrainAtOnce(context, progress), context.Seeds)
        : [.. Enumerable.Range(0, context.Seeds).Select(seed => context.Part(progress => Train(context, seed, progress)))];

    private TrainedCritic[] TrainAtOnce(PaperContext context, Action<long, long> progress)
    {
        const long Whole = 1000;
        TrainedCritic[] trained = new TrainedCritic[context.Seeds];
        long[] done = new long[context.Seeds];
        Lock reporting = new();
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = context.Threads == 0 ? Environment.ProcessorCount : context.Threads,
            CancellationToken = context.CancellationToken,
        };

        // Unlike Parallel.For, this throws what a training threw, not a collection of it.
        Parallel.ForAsync(0, context.Seeds, options, (seed, _) =>
        {
            trained[seed] = Train(context, seed, (completed, total) => Report(seed, Whole * completed / Math.Max(1, total)));
            Report(seed, Whole);
            return ValueTask.CompletedTask;
        }).GetAwaiter().GetResult();
        return trained;

        void Report(int seed, long part)
        {
            lock (reporting)
            {
                done[seed] = part;
                progress(done.Sum(), Whole * done.Length);
            }
        }
    }
}
