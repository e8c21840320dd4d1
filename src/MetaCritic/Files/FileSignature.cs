namespace MetaCritic.Files;

/// <summary>Tells by the first bytes of a file what it is, where text in UTF-8 was expected.</summary>
internal static class FileSignature
{
    private const string Unpack = "Unpack it first";
    private const string SaveAsCsv = "Save it as CSV in UTF-8";
    private const string SaveAsUtf8 = "Save it as UTF-8";

    private static readonly (byte[] Start, string What, string Remedy)[] Signatures =
    [
        ([0x1F, 0x8B], "it is compressed with gzip", Unpack),
        ([.. "BZh"u8], "it is compressed with bzip2", Unpack),
        ([0xFD, .. "7zXZ"u8], "it is compressed with xz", Unpack),
        ([0x28, 0xB5, 0x2F, 0xFD], "it is compressed with zstd", Unpack),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "it is a workbook of an old Excel (.xls)", SaveAsCsv),
        ([.. "PAR1"u8], "it is a Parquet file", SaveAsCsv),
        ([.. TensorFile.Magic[..4]], "it is a file of MetaCritic.ML, such as a critic or a policy", "Give a text file"),
        ([0xFF, 0xFE, 0, 0], "its text is UTF-32", SaveAsUtf8),
        ([0, 0, 0xFE, 0xFF], "its text is UTF-32", SaveAsUtf8),
        ([0xFF, 0xFE], "its text is UTF-16", SaveAsUtf8),
        ([0xFE, 0xFF], "its text is UTF-16", SaveAsUtf8),
    ];

    /// <summary>What a file is, and what to do; null for text in UTF-8, and for what is not known.</summary>
    /// <param name="head">The first bytes; some thousands tell kinds of archives apart.</param>
    public static (string What, string Remedy)? Find(ReadOnlySpan<byte> head)
    {
        foreach ((byte[] start, string what, string remedy) in Signatures)
        {
            if (head.StartsWith(start))
            {
                return (what, remedy);
            }
        }

        return head.StartsWith("PK\x03\x04"u8) ? Archive(head) : IsUtf16(head) ? ("its text is UTF-16", SaveAsUtf8) : null;
    }

    // The names of its first files stand there as they are.
    private static (string What, string Remedy) Archive(ReadOnlySpan<byte> head) =>
        head.IndexOf("opendocument.spreadsheet"u8) >= 0 ? ("it is an OpenDocument spreadsheet (.ods)", SaveAsCsv)
        : head.IndexOf("xl/"u8) >= 0 || head.IndexOf("[Content_Types].xml"u8) >= 0 ? ("it is an Excel workbook (.xlsx)", SaveAsCsv)
        : ("it is a zip archive", Unpack);

    // Without a byte-order mark: every second byte of Latin text is 0.
    private static bool IsUtf16(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && ((head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0) || (head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0));
}
