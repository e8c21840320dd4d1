namespace MetaCritic.Monitoring;

/// <summary>Hands progress to several that want it, in their order.</summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="members">Who wants it.</param>
public sealed class ProgressGroup<T>(params IReadOnlyList<IProgress<T>> members) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value)
    {
        foreach (IProgress<T> member in members)
        {
            member.Report(value);
        }
    }
}
