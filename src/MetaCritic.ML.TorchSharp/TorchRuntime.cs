using MetaCritic.ML.TorchSharp.Native;
using Microsoft.ML;
using TorchSharp;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// Loads torch, after a look at whether it can be loaded. Call <see cref="Load"/> before anything else of TorchSharp: what is missing is
/// then one clear error. Everything in this assembly calls it too.
/// </summary>
public static class TorchRuntime
{
    /// <summary>Environment variable that, set to 1, stands for <see cref="UseCompatibleCopy"/>.</summary>
    public const string CompatibleCopyVariable = "METACRITIC_TORCH_COMPATIBLE_COPY";

    private static readonly Lock Gate = new();
    private static bool _loaded;
    private static bool? _useCompatibleCopy;
    private static string? _cacheFolder;
    private static int _threads = 1;

    /// <summary>
    /// Whether, on a Linux whose libstdc++ is older than TorchSharp's native library asks for, a copy of that library is loaded in which
    /// the one version requirement is marked optional. It is needed for a marker that no code uses. The copy lies in <see cref="CacheFolder"/>;
    /// on newer systems none is made. Default: as <see cref="CompatibleCopyVariable"/> says, otherwise false.
    /// </summary>
    /// <exception cref="InvalidOperationException">Torch is loaded already.</exception>
    public static bool UseCompatibleCopy
    {
        get => _useCompatibleCopy ?? Environment.GetEnvironmentVariable(CompatibleCopyVariable) == "1";
        set => BeforeLoading(() => _useCompatibleCopy = value);
    }

    /// <summary>Where the copy is kept. Default: metacritic/torch in the folder for the user's local application data, or else for temporary files.</summary>
    /// <exception cref="InvalidOperationException">Torch is loaded already.</exception>
    public static string CacheFolder
    {
        get => _cacheFolder ?? Path.Combine(LocalData(), "metacritic", "torch");
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            BeforeLoading(() => _cacheFolder = value);
        }
    }

    /// <summary>Threads of torch's operations, in the whole process. Default 1, which is best for networks of this size and keeps results the same; 1 to 1024.</summary>
    /// <exception cref="InvalidInputException">The value is out of its range, or torch cannot be loaded.</exception>
    public static int Threads
    {
        get => _threads;
        set
        {
            if (value is < 1 or > 1024)
            {
                throw new InvalidInputException($"TorchRuntime.{nameof(Threads)}", FormattableString.Invariant($"value is {value}"), "Give a value from 1 to 1024");
            }

            lock (Gate)
            {
                _threads = value;
                if (_loaded)
                {
                    torch.set_num_threads(value);
                }
            }
        }
    }

    /// <summary>The copy that was loaded in place of TorchSharp's own native library; null if none was needed.</summary>
    public static string? LoadedCopy { get; private set; }

    /// <summary>Functions of TorchSharp's native library whose errors would end the process, and no longer do.</summary>
    internal static IReadOnlyList<string> Guarded { get; private set; } = [];

    /// <summary>Loads torch; does nothing the second time.</summary>
    /// <exception cref="InvalidInputException">It cannot be loaded. The message says what is needed, what was found, and what to do.</exception>
    public static void Load()
    {
        if (Volatile.Read(ref _loaded))
        {
            return;
        }

        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            LoadedCopy = NativeLibraries.Find().Prepare(
                UseCompatibleCopy, CacheFolder, $"set TorchRuntime.{nameof(UseCompatibleCopy)} or the environment variable {CompatibleCopyVariable}=1 to load a copy that does without");
            try
            {
                torch.set_num_threads(_threads);
            }
            catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException or NotSupportedException)
            {
                Exception cause = e.InnerException ?? e;
                throw new InvalidInputException(
                    "TorchSharp's native libraries", $"they are there, but do not load: {TorchError.FirstLine(cause)}", "Call TorchRuntime.Load() before anything else of TorchSharp, and install what the message names", e);
            }

            Guarded = NativeLibraries.Guard();
            Volatile.Write(ref _loaded, true);
        }
    }

    /// <summary>The device that ML.NET's settings ask for, as Microsoft.ML.TorchSharp chooses it.</summary>
    /// <param name="context">The context: <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/>.</param>
    /// <exception cref="InvalidInputException">A GPU is asked for, there is none, and there is to be no falling back; or torch cannot be loaded.</exception>
    public static torch.Device Device(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Load();
        return context.GpuDeviceId is not { } gpu ? torch.CPU
            : gpu >= 0 && torch.cuda.is_available() && gpu < torch.cuda.device_count() ? torch.device(DeviceType.CUDA, gpu)
            : context.FallbackToCpu ? torch.CPU
            : throw new InvalidInputException("MLContext.GpuDeviceId", "Fallback to CPU is false but no GPU detected", "Set FallbackToCpu, or add a CUDA package of TorchSharp on a machine with that GPU");
    }

    private static void BeforeLoading(Action set)
    {
        lock (Gate)
        {
            if (_loaded)
            {
                throw new InvalidOperationException("Torch is loaded already: set this before TorchRuntime.Load() and before anything else of TorchSharp.");
            }

            set();
        }
    }

    private static string LocalData() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } folder ? folder : Path.GetTempPath();
}
