using System.Buffers.Binary;
using System.Text;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>A version of another library that a shared library asks for.</summary>
/// <param name="Library">The other library, such as libstdc++.so.6.</param>
/// <param name="Name">The version, such as GLIBCXX_3.4.30.</param>
/// <param name="Index">Its number in the symbols' table of versions.</param>
/// <param name="FlagsOffset">Where its flags stand in the file.</param>
internal sealed record ElfNeed(string Library, string Name, int Index, int FlagsOffset);

/// <summary>A function that a shared library offers.</summary>
/// <param name="Entry">Address of its entry in the table of symbols, from where the library is loaded.</param>
/// <param name="Address">Its own address, from where the library is loaded.</param>
internal readonly record struct ElfExport(long Entry, long Address);

/// <summary>What a Linux library of 64 bits, little-endian, says of symbol versions (System V ABI, gabi 4.1; Linux Standard Base, symbol versioning).</summary>
internal sealed class ElfFile
{
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const uint VersionDefinitions = 0x6ffffffd; // SHT_GNU_verdef
    private const uint SymbolVersions = 0x6fffffff; // SHT_GNU_versym
    private const uint DynamicSymbols = 11; // SHT_DYNSYM
    private const int SymbolSize = 24;

    private readonly byte[] _bytes;
    private readonly List<Section> _sections = [];

    /// <summary>Reads a library.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no such library, or it is damaged.</exception>
    public ElfFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        if (_bytes.Length < 64 || !_bytes.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException($"{path} is no shared library of 64 bits.");
        }

        try
        {
            long table = (long)Long(0x28);
            for (int i = 0; i < Short(0x3C); i++)
            {
                int at = checked((int)(table + (i * (long)Short(0x3A))));
                _sections.Add(new(Int(at + 4), (long)Long(at + 16), checked((int)Long(at + 24)), checked((int)Long(at + 32)), (int)Int(at + 40)));
            }

            Needs = [.. ReadNeeds()];
            Definitions = [.. ReadDefinitions()];
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path} is damaged.", e);
        }
    }

    /// <summary>Versions of other libraries that it asks for.</summary>
    public IReadOnlyList<ElfNeed> Needs { get; }

    /// <summary>Versions that it offers.</summary>
    public IReadOnlyList<string> Definitions { get; }

    /// <summary>Names of the symbols that it takes of a version.</summary>
    public IEnumerable<string> SymbolsOf(ElfNeed need)
    {
        foreach (Section versions in _sections.Where(section => section.Type == SymbolVersions))
        {
            Section symbols = _sections[versions.Link];
            for (int i = 0; i < versions.Size / 2; i++)
            {
                if ((Short(versions.Offset + (2 * i)) & 0x7fff) == need.Index)
                {
                    yield return Text(symbols.Link, (int)Int(symbols.Offset + (i * SymbolSize)));
                }
            }
        }
    }

    /// <summary>Functions that it offers, of these names; those that it does not offer are left out.</summary>
    public Dictionary<string, ElfExport> Exports(IReadOnlyCollection<string> names)
    {
        const int Function = 2; // STT_FUNC
        Dictionary<string, ElfExport> found = [];
        foreach (Section symbols in _sections.Where(section => section.Type == DynamicSymbols))
        {
            for (int at = symbols.Offset; at <= symbols.Offset + symbols.Size - SymbolSize; at += SymbolSize)
            {
                if ((_bytes[at + 4] & 15) == Function && Short(at + 6) != 0 && Text(symbols.Link, (int)Int(at)) is var name && names.Contains(name))
                {
                    found[name] = new(symbols.Address + (at - symbols.Offset), (long)Long(at + 8));
                }
            }
        }

        return found;
    }

    /// <summary>The file's bytes, with needs marked as weak: the loader then goes on where they are not met.</summary>
    public byte[] WithWeak(IEnumerable<ElfNeed> needs)
    {
        const ushort Weak = 2; // VER_FLG_WEAK
        byte[] copy = [.. _bytes];
        foreach (ElfNeed need in needs)
        {
            Span<byte> flags = copy.AsSpan(need.FlagsOffset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
        }

        return copy;
    }

    private IEnumerable<ElfNeed> ReadNeeds()
    {
        foreach (Section section in _sections.Where(section => section.Type == VersionNeeds))
        {
            for (int library = section.Offset, next = -1; next != 0; library += next)
            {
                int version = library + (int)Int(library + 8);
                for (int i = 0; i < Short(library + 2); i++)
                {
                    yield return new(Text(section.Link, (int)Int(library + 4)), Text(section.Link, (int)Int(version + 8)), Short(version + 6), version + 4);
                    version += (int)Int(version + 12);
                }

                next = (int)Int(library + 12);
            }
        }
    }

    private IEnumerable<string> ReadDefinitions()
    {
        foreach (Section section in _sections.Where(section => section.Type == VersionDefinitions))
        {
            for (int definition = section.Offset, next = -1; next != 0; definition += next)
            {
                yield return Text(section.Link, (int)Int(definition + (int)Int(definition + 12)));
                next = (int)Int(definition + 16);
            }
        }
    }

    private string Text(int section, int offset)
    {
        ReadOnlySpan<byte> from = _bytes.AsSpan(_sections[section].Offset + offset);
        return Encoding.ASCII.GetString(from[..from.IndexOf((byte)0)]);
    }

    private ushort Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint Int(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private ulong Long(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));

    private readonly record struct Section(uint Type, long Address, int Offset, int Size, int Link);
}
