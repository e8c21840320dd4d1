namespace MetaCritic.Cli.Output;

/// <summary>Hands progress on at once, on the thread that reports it.</summary>
/// <param name="report">Takes it.</param>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
