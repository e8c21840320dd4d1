using System.Text;

namespace MetaCritic.Robots;

/// <summary>
/// Mends what stands before the root of XML documents as people write them: comments before the XML declaration, and versions that
/// there are not, such as 0.0.
/// </summary>
internal static class XmlProlog
{
    // UTF-8 has up to four bytes for a character; what is longer than the cap on characters is refused when it is read.
    private const int MostBytes = (4 * RobotCaps.UrdfCharacters) + 8;

    /// <summary>Reads a stream and mends it.</summary>
    /// <returns>A stream of the same number of bytes and lines.</returns>
    public static MemoryStream Mended(Stream stream)
    {
        MemoryStream copy = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; copy.Length < MostBytes && (read = stream.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, read);
        }

        Span<byte> bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        int start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        int root = PrologLength(bytes[start..]);
        if (root > 0)
        {
            // The prolog of any encoding but UTF-16 and UTF-32, in which it is not found, is ASCII outside comments.
            string prolog = Mended(Encoding.Latin1.GetString(bytes.Slice(start, root)));
            Encoding.Latin1.GetBytes(prolog, bytes[start..]);
        }

        copy.Position = 0;
        return copy;
    }

    /// <summary>Mends a text.</summary>
    /// <returns>A text of the same length and number of lines.</returns>
    public static string Mended(string text)
    {
        int at = SkipBlanksAndComments(text, 0);
        if (!text.AsSpan(at).StartsWith("<?xml ") && !text.AsSpan(at).StartsWith("<?xml\t"))
        {
            return text;
        }

        int end = text.IndexOf("?>", at, StringComparison.Ordinal);
        if (end < 0)
        {
            return text;
        }

        string declaration = WithVersion(text[at..(end + 2)]);
        return string.Concat(declaration, text.AsSpan(0, at), text.AsSpan(end + 2));
    }

    private static string WithVersion(string declaration)
    {
        int at = declaration.IndexOf("version", StringComparison.Ordinal);
        int quote = at < 0 ? -1 : declaration.AsSpan(at).IndexOfAny('"', '\'');
        if (quote < 0 || at + quote + 4 >= declaration.Length)
        {
            return declaration;
        }

        // A digit, a point, a digit, as in every version that there is.
        ReadOnlySpan<char> value = declaration.AsSpan(at + quote + 1);
        return char.IsAsciiDigit(value[0]) && value[1] == '.' && char.IsAsciiDigit(value[2]) && value[3] == declaration[at + quote]
            ? string.Concat(declaration.AsSpan(0, at + quote + 1), "1.0", value[3..])
            : declaration;
    }

    private static int SkipBlanksAndComments(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith("<!--"))
            {
                int end = text.IndexOf("-->", at + 4, StringComparison.Ordinal);
                if (end < 0)
                {
                    return at;
                }

                at = end + 3;
            }
            else
            {
                return at;
            }
        }

        return at;
    }

    // To the end of the declaration; 0 if there is none.
    private static int PrologLength(ReadOnlySpan<byte> bytes)
    {
        int declaration = bytes.IndexOf("<?xml"u8);
        int end = declaration < 0 ? -1 : bytes[declaration..].IndexOf("?>"u8);
        return end < 0 ? 0 : declaration + end + 2;
    }
}
