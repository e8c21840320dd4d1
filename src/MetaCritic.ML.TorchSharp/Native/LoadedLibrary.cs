using System.Globalization;
using System.Runtime.InteropServices;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>A shared library of this process, on Linux: its functions, and how calls of one are led to another.</summary>
internal sealed unsafe partial class LoadedLibrary
{
    private const int Read = 1, Write = 2; // PROT_READ, PROT_WRITE
    private readonly nint _base;
    private readonly Dictionary<string, ElfExport> _exports;

    private LoadedLibrary(nint handle, nint at, Dictionary<string, ElfExport> exports) => (Handle, _base, _exports) = (handle, at, exports);

    /// <summary>The library's handle.</summary>
    public nint Handle { get; }

    /// <summary>Looks for a library among those that are loaded.</summary>
    /// <param name="name">Name of its file.</param>
    /// <param name="functions">The functions of interest.</param>
    /// <returns>Null if it is not loaded.</returns>
    public static LoadedLibrary? Find(string name, IReadOnlyCollection<string> functions)
    {
        if (Mappings(name).FirstOrDefault() is not { Path.Length: > 0 } first)
        {
            return null;
        }

        ElfFile file = new(first.Path);
        return new(NativeLibrary.Load(first.Path), first.At, file.Exports(functions));
    }

    /// <summary>Where the file of a library that is loaded lies; null if none is.</summary>
    /// <param name="name">How its name begins.</param>
    public static string? PathOf(string name) => Mappings(name).FirstOrDefault().Path;

    /// <summary>The address of a function; 0 if the library does not have it.</summary>
    public nint Address(string function) => _exports.TryGetValue(function, out ElfExport export) ? _base + (nint)export.Address : 0;

    /// <summary>
    /// Leads those who look the function up from now on to another: its entry in the table of symbols gets that address. The library's own calls, and callers who
    /// have looked it up before, stay with the first.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="target">What is called in its place.</param>
    /// <returns>Whether it was done. Nothing is changed otherwise.</returns>
    public bool Redirect(string function, nint target)
    {
        if (target == 0 || !_exports.TryGetValue(function, out ElfExport export) || NativeLibrary.GetExport(Handle, function) != Address(function))
        {
            return false; // not there, or the table is not where the file says
        }

        nint entry = _base + (nint)export.Entry, page = Environment.SystemPageSize, from = entry & ~(page - 1);
        nuint size = (nuint)(entry + 24 - from);
        if (mprotect(from, size, Read | Write) != 0)
        {
            return false;
        }

        *(long*)(entry + 8) = target - _base;
        _ = mprotect(from, size, Read);
        return NativeLibrary.GetExport(Handle, function) == target;
    }

    // The mappings of a file, in order of their addresses.
    private static IEnumerable<(nint At, string Path)> Mappings(string name) => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is var at and >= 0 ? (nint.Parse(line.AsSpan(0, line.IndexOf('-')), NumberStyles.HexNumber, CultureInfo.InvariantCulture), line[at..]) : default)
        .Where(mapping => Path.GetFileName(mapping.Item2)?.StartsWith(name, StringComparison.Ordinal) == true);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint size, int protection);
}
