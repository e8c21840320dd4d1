using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaCritic.Tests.Hostile;

/// <summary>
/// Damages inputs at random, but reproducibly: bits flipped, ranges cut, doubled and taken from another input, numbers
/// replaced, fields of JSON, XML and CSV doubled, renamed and removed.
/// </summary>
/// <param name="seed">The same seed damages alike.</param>
internal sealed partial class Mutator(int seed)
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "0.5", "1e308", "-1e308", "1e309", "-1e999", "1e-320", "5e-324", "NaN", "Infinity", "-Infinity", "\"NaN\"", "\"Infinity\"",
        "255", "256", "65535", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "1e18", "00", "01", "1.", ".5", "1,5", "1.000,5", "0x10", "1e", "--1", "+1", "١", "", " ", "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"",
    ];

    private static readonly string[] Fragments =
    [
        "null", "[[[[[[[[", "{\"a\":", "}", "]", ",", ":", "\"", "\\", "\\u0000", "\0", "<", ">", "/>", "<a>", "</a>", "&amp;", "&x;", "<!--", "-->", "<![CDATA[", "]]>", "<?xml?>",
        "<!DOCTYPE robot [<!ENTITY a \"b\">]>", "\r", "\n", "\r\n", "\t", "\uFEFF", "ä", "\u202E", "\"\"", ",,", ";", "'", "=", "xmlns:a=\"b\"", "a:b",
    ];

    private static readonly long[] Integers =
        [0, 1, -1, 2, 3, 4, 7, 8, 127, 128, 255, 256, 65_535, 65_536, 1 << 20, (8 << 20) + 1, 1 << 24, 1 << 30, int.MaxValue, int.MinValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 33, 1L << 60, 1L << 61, 1L << 62, 1L << 63, long.MaxValue];

    private readonly Random _random = new(seed);

    /// <summary>A number below a limit.</summary>
    public int Below(int limit) => _random.Next(limit);

    /// <summary>A damaged copy of text.</summary>
    /// <param name="original">The text.</param>
    /// <param name="other">Text of the same kind, from which parts may be taken.</param>
    public string Text(string original, string other)
    {
        string text = original;
        for (int n = Below(3) + 1; n > 0; n--)
        {
            text = Damaged(text, other);
        }

        return text;
    }

    /// <summary>A damaged copy of bytes.</summary>
    public byte[] Bytes(byte[] original, byte[] other)
    {
        List<byte> bytes = [.. original];
        for (int n = Below(3) + 1; n > 0 && bytes.Count > 0; n--)
        {
            int at = Below(bytes.Count);
            int length = Math.Min(Below(Below(4) == 0 ? 200 : 12) + 1, bytes.Count - at);
            switch (Below(9))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << Below(8));
                    break;
                case 1:
                    bytes[at] = (byte)Below(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)Below(256)));
                    break;
                case 5 when other.Length > 0:
                    int from = Below(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                    break;
                case 6:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 7:
                    byte[] four = new byte[4];
                    BinaryPrimitives.WriteInt32LittleEndian(four, unchecked((int)Integers[Below(Integers.Length)]));
                    Overwrite(bytes, at, four);
                    break;
                default:
                    byte[] eight = new byte[8];
                    BinaryPrimitives.WriteInt64LittleEndian(eight, Integers[Below(Integers.Length)]);
                    Overwrite(bytes, at, eight);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>
    /// A damaged copy of a container (docs/file-format.md): mostly its header, as text, with a length that agrees; else its
    /// tensors or any bytes. Signed again, so that what lies behind the checksum is reached.
    /// </summary>
    public byte[] Container(byte[] original, byte[] other)
    {
        const int Front = 24;
        int header = BinaryPrimitives.ReadInt32LittleEndian(original.AsSpan(16));
        int otherHeader = BinaryPrimitives.ReadInt32LittleEndian(other.AsSpan(16));
        byte[] tensors = original[(Front + header)..^32];
        byte[] damaged;
        switch (Below(4))
        {
            case 0:
                damaged = Bytes(original, other);
                break;
            case 1:
                damaged = [.. original[..(Front + header)], .. Bytes(tensors, other[(Front + otherHeader)..^32]), .. new byte[32]];
                break;
            default:
                byte[] text = Encoding.UTF8.GetBytes(Text(Encoding.UTF8.GetString(original, Front, header), Encoding.UTF8.GetString(other, Front, otherHeader)));
                damaged = [.. original[..16], .. BitConverter.GetBytes(text.Length), .. original[20..Front], .. text, .. tensors, .. new byte[32]];
                break;
        }

        return Below(50) == 0 ? damaged : Signed(damaged);
    }

    /// <summary>The same bytes with a checksum that agrees.</summary>
    public static byte[] Signed(byte[] bytes)
    {
        if (bytes.Length < 32)
        {
            return bytes;
        }

        byte[] copy = [.. bytes];
        SHA256.HashData(copy.AsSpan(0, copy.Length - 32), copy.AsSpan(copy.Length - 32));
        return copy;
    }

    private string Damaged(string text, string other)
    {
        if (text.Length == 0)
        {
            return Fragments[Below(Fragments.Length)];
        }

        int at = Below(text.Length);
        int length = Math.Min(Below(Below(4) == 0 ? 300 : 12) + 1, text.Length - at);
        switch (Below(12))
        {
            case 0:
                return string.Concat(text.AsSpan(0, at), ((char)Below(Below(4) == 0 ? 0x10000 : 128)).ToString(), text.AsSpan(at + 1));
            case 1:
                return text.Remove(at, length);
            case 2:
                return text.Insert(at, text.Substring(at, length));
            case 3:
                return text.Insert(at, Fragments[Below(Fragments.Length)]);
            case 4 when other.Length > 0:
                int from = Below(other.Length);
                return text.Insert(at, other.Substring(from, Math.Min(length, other.Length - from)));
            case 5:
                return text[..at];
            case 6 or 7 or 8:
                return Replaced(text, Number(), Numbers[Below(Numbers.Length)]);
            case 9:
                return Replaced(text, Field(), "$0$0");
            case 10:
                return Replaced(text, Field(), "");
            default:
                return Replaced(text, Word(), Below(2) == 0 ? "x" : Word().Match(other).Value);
        }
    }

    private string Replaced(string text, Regex pattern, string replacement)
    {
        MatchCollection matches = pattern.Matches(text);
        if (matches.Count == 0)
        {
            return text;
        }

        Match match = matches[Below(matches.Count)];
        return string.Concat(text.AsSpan(0, match.Index), replacement.Replace("$0", match.Value, StringComparison.Ordinal), text.AsSpan(match.Index + match.Length));
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][+-]?\d+)?")]
    private static partial Regex Number();

    // A member of JSON, an attribute or element of XML, a cell or line of CSV.
    [GeneratedRegex("""\"\w+\":(\"[^\"]*\"|[^,{}\[\]]+|\[[^\[\]]*\]),?| \w+="[^"]*"|<\w+[^<>]*/>|[^,\n]*,|[^\n]*\n""")]
    private static partial Regex Field();

    [GeneratedRegex(@"[A-Za-z_][A-Za-z_0-9]*")]
    private static partial Regex Word();
}
