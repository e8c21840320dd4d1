using System.Reflection;

namespace Microsoft.ML.Runtime;

public interface IExceptionContext
{
    public string ContextDescription { get; }

    public TException Process<TException>(TException ex)
        where TException : Exception;
}

public interface IChannelProvider : IExceptionContext
{
    public IChannel Start(string name);

    public IPipe<TMessage> StartPipe<TMessage>(string name);
}

public interface IPipe<TMessage> : IExceptionContext, IDisposable
{
    public void Send(TMessage msg);
}

public interface IChannel : IPipe<ChannelMessage>
{
    public void Trace(MessageSensitivity sensitivity, string fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args);

    public void Info(MessageSensitivity sensitivity, string fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args);

    public void Warning(MessageSensitivity sensitivity, string fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args);

    public void Error(MessageSensitivity sensitivity, string fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args);
}

public interface IProgressChannelProvider
{
    public IProgressChannel StartProgressChannel(string name);
}

public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);

    public void Checkpoint(params double?[] values);
}

public interface IProgressEntry
{
    public void SetProgress(int index, double value);

    public void SetProgress(int index, double value, double lim);

    public void SetMetric(int index, double value);
}

public sealed class ProgressHeader
{
    public readonly IReadOnlyList<string> UnitNames;

    public readonly IReadOnlyList<string> MetricNames;

    public ProgressHeader(string[] metricNames, string[] unitNames)
    {
        MetricNames = metricNames ?? [];
        UnitNames = unitNames ?? [];
    }

    public ProgressHeader(params string[] unitNames) : this(null, unitNames)
    {
    }
}

public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    public ComponentCatalog ComponentCatalog { get; }

    public IHost Register(string name, int? seed = null, bool? verbose = null);
}

public interface IHost : IHostEnvironment
{
    public Random Rand { get; }
}

public enum ChannelMessageKind
{
    Trace = 0,
    Info = 1,
    Warning = 2,
    Error = 3,
}

[Flags]
public enum MessageSensitivity
{
    None = 0,
    UserData = 1,
    Schema = 2,
    Unknown = ~None,
    All = ~None,
}

public readonly struct ChannelMessage
{
    public readonly ChannelMessageKind Kind;

    public readonly MessageSensitivity Sensitivity;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string message)
    {
        Kind = kind;
        Sensitivity = sensitivity;
        Message = message;
    }

    public string Message { get; }
}

public sealed class ComponentCatalog
{
    private readonly HashSet<Assembly> _assemblies = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_assemblies)
        {
            _assemblies.Add(assembly);
        }
    }

    /// <summary>The class marked with the contract in the registered assemblies.</summary>
    internal Type FindExtension(string contractName)
    {
        Assembly[] assemblies;
        lock (_assemblies)
        {
            assemblies = [.. _assemblies];
        }

        return assemblies.SelectMany(LoadableTypes)
            .FirstOrDefault(type => type.GetCustomAttribute<ExtensionBaseAttribute>(false)?.ContractName == contractName)
            ?? throw new InvalidOperationException(
                "Error during class instantiation",
                new InvalidOperationException($"Unable to locate an extension for the contract '{contractName}': its assembly is not registered with ComponentCatalog.RegisterAssembly."));
    }

    private static IEnumerable<Type> LoadableTypes(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            return e.Types.Where(type => type is not null);
        }
    }
}
