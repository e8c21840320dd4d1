using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MetaCritic.Files;
using TorchSharp;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>The native libraries of TorchSharp: where they lie, what they need, and how they are loaded where the system is older than they want.</summary>
/// <param name="torchFolder">Folder of libtorch.</param>
/// <param name="binding">TorchSharp's own native library.</param>
internal sealed class NativeLibraries(string torchFolder, string binding)
{
    private const string StandardLibrary = "libstdc++.so.6";

    // The only symbol that may be missing: a marker that no code uses.
    private const string Marker = "_ZSt21ios_base_library_initv";

    private static string Prefix => OperatingSystem.IsWindows() ? "" : "lib";

    private static string Suffix => OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";

    /// <summary>Finds the libraries.</summary>
    /// <exception cref="InvalidInputException">They are not there.</exception>
    public static NativeLibraries Find()
    {
        string platform = $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string[] searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string?[] bases = [AppContext.BaseDirectory, Path.GetDirectoryName(typeof(torch).Assembly.Location)];
        string[] folders = [.. bases.OfType<string>().Where(folder => folder.Length > 0).SelectMany(folder => new[] { folder, Path.Combine(folder, "runtimes", platform, "native") }), .. searched];
        string torchName = $"{Prefix}torch_cpu{Suffix}", bindingName = $"{Prefix}LibTorchSharp{Suffix}";
        string? torchFolder = folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, torchName)));
        string? bindingFolder = folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, bindingName)));
        return torchFolder is not null && bindingFolder is not null
            ? new(torchFolder, Path.Combine(bindingFolder, bindingName))
            : throw new InvalidInputException(
                "TorchSharp's native libraries",
                $"{(torchFolder is null ? torchName : bindingName)} for {platform} is not among the files of this program (looked in {string.Join(", ", folders.Select(Path.GetFullPath).Distinct().Take(6))})",
                "Add the package TorchSharp-cpu, or a CUDA package of TorchSharp, to the program's project");
    }

    /// <summary>Sees to it that the libraries load.</summary>
    /// <param name="compatibleCopy">Whether a copy may be loaded that asks less of an older system.</param>
    /// <param name="cacheFolder">Where the copy is kept.</param>
    /// <param name="allow">How a user allows the copy, for the error.</param>
    /// <exception cref="InvalidInputException">The system does not have what they need.</exception>
    /// <returns>The copy that was loaded; null if none was needed.</returns>
    public string? Prepare(bool compatibleCopy, string cacheFolder, string allow)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (!NativeLibrary.TryLoad(StandardLibrary, out _) || LoadedLibrary.PathOf(StandardLibrary) is not { } path)
        {
            throw new InvalidInputException("TorchSharp's native libraries", $"they need {StandardLibrary}, which this system does not have", "Install it (Debian and Ubuntu: apt-get install libstdc++6)");
        }

        ElfFile library = new(binding), system = new(path);
        ElfNeed[] missing = [.. library.Needs.Where(need => need.Library == StandardLibrary && !system.Definitions.Contains(need.Name))];
        if (missing.Length == 0)
        {
            return null;
        }

        string newest = system.Definitions.Where(name => name.StartsWith("GLIBCXX_3.4.", StringComparison.Ordinal)).OrderBy(name => Version.Parse(name[8..])).LastOrDefault("none");
        string found = $"{Path.GetFileName(binding)} needs {string.Join(", ", missing.Select(need => need.Name))} of {StandardLibrary}; {path} ends with {newest}";
        bool harmless = missing.SelectMany(library.SymbolsOf).All(symbol => symbol == Marker);
        if (!compatibleCopy || !harmless)
        {
            string remedy = "Use a system with GCC 13's libstdc++ or a newer one (Debian 13, Ubuntu 24.04)";
            throw new InvalidInputException(
                "TorchSharp's native libraries",
                found,
                harmless ? $"{remedy}, or {allow}" : remedy);
        }

        string copy = WriteCopy(library.WithWeak(missing), cacheFolder);
        Preload(copy);
        return copy;
    }

    /// <summary>Turns errors that would end the process into exceptions, where that is needed and can be done: on Linux for x64, the only Linux that TorchSharp is made for.</summary>
    /// <returns>The functions of TorchSharp's library that are guarded from now on.</returns>
    public static IReadOnlyList<string> Guard()
    {
        if (!OperatingSystem.IsLinux() || LoadedLibrary.Find("libLibTorchSharp.so", [.. CatchingCalls.Functions.Keys, .. CatchingCalls.Needed, BackwardGuard.Function]) is not { } library)
        {
            return [];
        }

        return [.. CatchingCalls.Install(library), .. BackwardGuard.Install(library) ? [BackwardGuard.Function] : Array.Empty<string>()];
    }

    // The file is named by its contents: what is there is right, whoever wrote it.
    private static string WriteCopy(byte[] bytes, string cacheFolder)
    {
        string folder = Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
        string path = Path.Combine(folder, "libLibTorchSharp.so");
        try
        {
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            {
                Directory.CreateDirectory(folder);
                AtomicFile.Write(path, stream => stream.Write(bytes));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or MetaCriticException)
        {
            throw new InvalidInputException("The folder for the copy of TorchSharp's native library", $"the copy cannot be written to {folder}: {e.Message.TrimEnd('.')}", "Name a folder that can be written to", e);
        }

        return path;
    }

    // What is loaded under its own name is found by that name: TorchSharp then takes these.
    private void Preload(string copy)
    {
        string[] first = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
        try
        {
            foreach (string library in Directory.EnumerateFiles(torchFolder, "libgomp-*.so*").Concat(first.Select(name => Path.Combine(torchFolder, name))).Append(copy))
            {
                NativeLibrary.Load(library);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidInputException("TorchSharp's native libraries", $"one cannot be loaded: {TorchError.FirstLine(e)}", "Install what it names", e);
        }
    }
}
