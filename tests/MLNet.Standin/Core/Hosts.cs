using System.Diagnostics;

namespace Microsoft.ML.Runtime;

/// <summary>A named host of an <see cref="MLContext"/>; its name stands before those of its channels, not before those of its own hosts.</summary>
internal sealed class Host : IHost
{
    private readonly MLContext _root;
    private readonly string _path;

    public Host(MLContext root, string path, Random random)
    {
        _root = root;
        _path = path;
        Rand = random;
    }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog => _root.ComponentCatalog;

    public string ContextDescription => "HostEnvironment";

    public IHost Register(string name, int? seed = null, bool? verbose = null) => new Host(_root, name, MLContext.NewRandom(seed, Rand));

    public IChannel Start(string name) => new Channel(_root, Join(_path, name));

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(Join(_path, name));

    public IProgressChannel StartProgressChannel(string name) => new SilentProgress();

    public TException Process<TException>(TException ex)
        where TException : Exception => ExceptionMark.Set(ex, _path);

    internal static string Join(string path, string name) => string.IsNullOrEmpty(path) ? name : $"{path}; {name}";
}

internal static class ExceptionMark
{
    public static TException Set<TException>(TException ex, string source)
        where TException : Exception
    {
        ex.Data["Microsoft.ML_IsMarked"] = true;
        if (!string.IsNullOrEmpty(source))
        {
            ex.Data["Throwing component"] = source;
        }

        return ex;
    }
}

/// <summary>Carries messages to <see cref="MLContext.Log"/>.</summary>
internal sealed class Channel : IChannel
{
    private readonly MLContext _root;
    private readonly string _source;
    private readonly long _started = Stopwatch.GetTimestamp();
    private bool _disposed;

    public Channel(MLContext root, string source)
    {
        _root = root;
        _source = source;
        Write(ChannelMessageKind.Trace, "Channel started");
    }

    public string ContextDescription => _source;

    public void Send(ChannelMessage msg) => Write(msg.Kind, msg.Message);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Write(ChannelMessageKind.Trace, fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Write(ChannelMessageKind.Trace, fmt, args);

    public void Info(MessageSensitivity sensitivity, string fmt) => Write(ChannelMessageKind.Info, fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Write(ChannelMessageKind.Info, fmt, args);

    public void Warning(MessageSensitivity sensitivity, string fmt) => Write(ChannelMessageKind.Warning, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Write(ChannelMessageKind.Warning, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => Write(ChannelMessageKind.Error, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Write(ChannelMessageKind.Error, fmt, args);

    public TException Process<TException>(TException ex)
        where TException : Exception => ExceptionMark.Set(ex, _source);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Write(ChannelMessageKind.Trace, FormattableString.Invariant($"Channel finished. Elapsed {Stopwatch.GetElapsedTime(_started):c}."));
        Write(ChannelMessageKind.Trace, "Channel disposed");
    }

    private void Write(ChannelMessageKind kind, string format, object[] args) =>
        Write(kind, string.Format(System.Globalization.CultureInfo.CurrentCulture, format, args));

    private void Write(ChannelMessageKind kind, string message) => _root.OnMessage(_source, kind, message);
}

internal sealed class SilentPipe<TMessage> : IPipe<TMessage>
{
    public SilentPipe(string source) => ContextDescription = source;

    public string ContextDescription { get; }

    public void Send(TMessage msg)
    {
    }

    public TException Process<TException>(TException ex)
        where TException : Exception => ExceptionMark.Set(ex, ContextDescription);

    public void Dispose()
    {
    }
}

/// <summary>Progress entries never reach <see cref="MLContext.Log"/>.</summary>
internal sealed class SilentProgress : IProgressChannel
{
    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
    }

    public void Checkpoint(params double?[] values)
    {
    }

    public IProgressChannel StartProgressChannel(string name) => this;

    public void Dispose()
    {
    }
}
