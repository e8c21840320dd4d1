using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MLContext : IHostEnvironment
{
    private readonly Random _random;

    public MLContext(int? seed = null)
    {
        _random = seed is int value ? new Random(value) : new Random();
        Data = new DataOperationsCatalog(this);
        Model = new ModelOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        Regression = new RegressionCatalog();
    }

    public event EventHandler<LoggingEventArgs> Log;

    public DataOperationsCatalog Data { get; }

    public ModelOperationsCatalog Model { get; }

    public TransformsCatalog Transforms { get; }

    public RegressionCatalog Regression { get; }

    public ComponentCatalog ComponentCatalog { get; } = new();

    string IExceptionContext.ContextDescription => "HostEnvironment";

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose)
    {
        lock (_random)
        {
            return new Host(this, name, NewRandom(seed, _random));
        }
    }

    IChannel IChannelProvider.Start(string name) => new Channel(this, name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => new SilentProgress();

    TException IExceptionContext.Process<TException>(TException ex) => ExceptionMark.Set(ex, "MLContext");

    internal static Random NewRandom(int? seed, Random parent) => new(seed ?? parent.Next());

    internal int NextSeed()
    {
        lock (_random)
        {
            return _random.Next();
        }
    }

    internal void OnMessage(string source, ChannelMessageKind kind, string message) =>
        Log?.Invoke(this, new LoggingEventArgs(message, kind, source));
}

public class LoggingEventArgs : EventArgs
{
    public LoggingEventArgs(string message)
    {
        Message = message;
        RawMessage = message;
    }

    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        RawMessage = message;
        Kind = kind;
        Source = source;
        Message = $"[Source={source}, Kind={kind}] {message}";
    }

    public string Message { get; }

    public ChannelMessageKind Kind { get; }

    public string Source { get; }

    public string RawMessage { get; }
}
