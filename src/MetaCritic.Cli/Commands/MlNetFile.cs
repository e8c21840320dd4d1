using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaCritic.Cli.Output;
using MetaCritic.Files;

namespace MetaCritic.Cli.Commands;

/// <summary>
/// Our models in a file that ML.NET saved, read without ML.NET. Such a file is a zip archive with a folder for each transformer. Ours
/// look a text up in a table, a binary data view with one block per column (ML.NET's format of .idv files), and compute with it.
/// </summary>
internal static partial class MlNetFile
{
    private const string TableName = "/DefaultMap.idv";
    private const int EntryLimit = 20_000;
    private const int ModelLimit = 64;

    // Of a table, and of a text.
    private const int SizeLimit = 256 << 20;

    /// <summary>A model in the file.</summary>
    /// <param name="Place">The transformer's folder.</param>
    /// <param name="Kind">What it does: <c>Critic</c>, <c>Policy</c>, <c>PolicyFitting</c>, <c>Dynamics</c>, <c>Rollout</c>.</param>
    /// <param name="Format">Version of the text's format.</param>
    /// <param name="Settings">Columns and settings.</param>
    /// <param name="File">The file of MetaCritic.ML in it.</param>
    public sealed record Model(string Place, string Kind, int Format, JsonNode? Settings, byte[] File);

    /// <summary>Whether a file is a zip archive.</summary>
    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8);

    /// <summary>Finds the models.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">Version of ML.NET that wrote it; empty if the file does not say.</param>
    /// <exception cref="InvalidInputException">It is damaged, or too large to be shown.</exception>
    public static List<Model> Read(string path, out string version)
    {
        try
        {
            using FileStream stream = InputFile.OpenRead(path);
            using ZipArchive archive = new(stream, ZipArchiveMode.Read);
            if (archive.Entries.Count > EntryLimit)
            {
                throw new InvalidInputException(path, $"there are more than {Format.Count(EntryLimit)} entries in it", "Give a smaller model");
            }

            // ML.NET writes folders as its operating system does.
            Dictionary<string, ZipArchiveEntry> entries = [];
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                entries[entry.FullName.Replace('\\', '/')] = entry;
            }

            version = entries.GetValueOrDefault("TrainingInfo/Version.txt") is { } info ? Encoding.UTF8.GetString(Contents(path, info)).Split('+')[0].Trim() : "";
            List<Model> models = [];
            foreach ((string name, ZipArchiveEntry entry) in entries.Where(entry => entry.Key.EndsWith(TableName, StringComparison.Ordinal)))
            {
                if (Text(path, Contents(path, entry)) is { } text && Of(path, name[..^TableName.Length], text, entries) is { } model)
                {
                    models.Add(model);
                    if (models.Count > ModelLimit)
                    {
                        throw new InvalidInputException(path, $"there are more than {Format.Count(ModelLimit)} models of MetaCritic.ML in it", "Give a smaller model");
                    }
                }
            }

            return models;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or OverflowException or FormatException or JsonException or InvalidOperationException)
        {
            throw Damaged(path, e.Message.TrimEnd('.'), e);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    private static InvalidInputException Damaged(string path, string found, Exception? cause = null) => new(path, $"the archive is damaged: {found}", "Save the model again", cause);

    private static byte[] Contents(string path, ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        return Bounded(path, stream);
    }

    private static byte[] Bounded(string path, Stream stream)
    {
        using MemoryStream memory = new();
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > SizeLimit)
            {
                throw new InvalidInputException(path, $"a part of it is larger than {Format.Count(SizeLimit >> 20)} MiB", "Give a smaller model");
            }
        }

        return memory.ToArray();
    }

    // The one text in a table's column "Value"; null if it is another table.
    private static string? Text(string path, byte[] table)
    {
        ReadOnlySpan<byte> bytes = table;
        if (!bytes.StartsWith("CML\0DVB\0"u8) || bytes.Length < 256)
        {
            return null;
        }

        long contents = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), rows = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]);
        int columns = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]);
        if (rows != 1 || columns != 2 || contents < 256 || contents >= bytes.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes[(int)contents..];
        for (int column = 0; column < columns; column++)
        {
            string name = Encoding.UTF8.GetString(Take(ref rest, Number(ref rest)));
            string codec = Encoding.UTF8.GetString(Take(ref rest, Number(ref rest)));
            Take(ref rest, Number(ref rest));
            int compression = Take(ref rest, 1)[0];
            Number(ref rest);
            long lookup = BinaryPrimitives.ReadInt64LittleEndian(Take(ref rest, 8));
            Take(ref rest, 8);
            if (name != "Value" || codec != "TextSpan" || compression > 1)
            {
                continue;
            }

            ReadOnlySpan<byte> place = Part(bytes, lookup, 16);
            ReadOnlySpan<byte> block = Part(bytes, BinaryPrimitives.ReadInt64LittleEndian(place), BinaryPrimitives.ReadInt32LittleEndian(place[8..]));
            if (compression == 1)
            {
                using MemoryStream compressed = new(block.ToArray());
                using DeflateStream inflated = new(compressed, CompressionMode.Decompress);
                block = Bounded(path, inflated);
            }

            // How many texts, where each ends, how long they are together, and the texts.
            if (block.Length < 9 || BinaryPrimitives.ReadInt32LittleEndian(block) != 1)
            {
                return null;
            }

            block = block[8..];
            return Encoding.UTF8.GetString(Take(ref block, Number(ref block)));
        }

        return null;
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long first, int count) =>
        first >= 0 && count >= 0 && first <= bytes.Length - count ? bytes.Slice((int)first, count) : throw new InvalidDataException("a table ends too early");

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        ReadOnlySpan<byte> taken = Part(bytes, 0, count);
        bytes = bytes[count..];
        return taken;
    }

    // Seven bits a byte, the lowest first.
    private static int Number(ref ReadOnlySpan<byte> bytes)
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = Take(ref bytes, 1)[0];
            if (shift > 28 || (shift == 28 && next > 7))
            {
                throw new InvalidDataException("a number is too long");
            }

            value |= (next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }

    // A model's text: base64 of the length of a header, the header, the model, and since format 2 a SHA-256 of these.
    private static Model? Of(string path, string folder, string text, Dictionary<string, ZipArchiveEntry> entries)
    {
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out int count) || count < 4)
        {
            return null;
        }

        int header = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (header < 2 || header > count - 4 || bytes[4] != '{')
        {
            return null;
        }

        JsonNode envelope = JsonNode.Parse(bytes.AsSpan(4, header))!;
        int format = envelope["format"]?.GetValue<int>() ?? 0;
        int end = format >= 2 ? count - SHA256.HashSizeInBytes : count;
        return format < 1 ? null
            : end < 4 + header || (format >= 2 && !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end, SHA256.HashSizeInBytes))) ? throw Damaged(path, $"the checksum of the model in {folder} does not agree")
            : new(folder, KindOf(path, folder, entries), format, envelope["header"], bytes[(4 + header)..end]);
    }

    // The transformer that computes follows the one that looks up; the name of its contract tells what it does.
    private static string KindOf(string path, string folder, Dictionary<string, ZipArchiveEntry> entries)
    {
        Match number = LastNumber().Match(folder);
        if (!number.Success)
        {
            return "";
        }

        string next = folder[..number.Index] + Format.Count(int.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture) + 1).PadLeft(number.Length, '0') + "/Model.key";
        return entries.GetValueOrDefault(next) is { } entry && Contract().Match(Encoding.Latin1.GetString(Contents(path, entry)).Replace("\0", "", StringComparison.Ordinal)) is { Success: true } contract ? contract.Groups[1].Value : "";
    }

    [GeneratedRegex("[0-9]{1,6}$")]
    private static partial Regex LastNumber();

    [GeneratedRegex(@"MetaCritic\.([A-Za-z]+)/[0-9]")]
    private static partial Regex Contract();
}
