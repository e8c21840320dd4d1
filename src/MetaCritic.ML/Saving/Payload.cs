using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaCritic.ML.Saving;

/// <summary>
/// A model as one text, which is what ML.NET's files can carry: base64 of the length of a header (4 bytes, little-endian),
/// the header (JSON with the format's version and the names of columns) and the engine's own model bytes.
/// </summary>
internal static class Payload
{
    /// <summary>The newest format that this version writes and reads.</summary>
    public const int Format = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Write<THeader>(THeader header, Action<Stream> writeModel)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Envelope<THeader>(Format, header), Json);
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(text.Length);
            writer.Write(text);
        }

        writeModel(stream);
        return Convert.ToBase64String(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidInputException">It is damaged or of a newer format.</exception>
    public static (THeader Header, MemoryStream Model) Read<THeader>(ReadOnlySpan<char> text, string name)
    {
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(text, bytes, out int count) || count < 4)
        {
            throw Damaged(name);
        }

        int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 0 || length > count - 4)
        {
            throw Damaged(name);
        }

        ReadOnlySpan<byte> json = bytes.AsSpan(4, length);
        try
        {
            Version? version = JsonSerializer.Deserialize<Version>(json, Json);
            if (version?.Format > Format)
            {
                throw new InvalidInputException(
                    name, FormattableString.Invariant($"its format is {version.Format}; this version of MetaCritic.ML reads formats up to {Format}"), "Load it with a newer version of MetaCritic.ML");
            }

            if (JsonSerializer.Deserialize<Envelope<THeader>>(json, Json) is { Format: >= 1, Header: { } header })
            {
                return (header, new MemoryStream(bytes, 4 + length, count - 4 - length));
            }
        }
        catch (JsonException e)
        {
            throw Damaged(name, e);
        }

        throw Damaged(name);
    }

    private static InvalidInputException Damaged(string name, Exception? cause = null) =>
        new(name, "the model in the ML.NET file is damaged", "Save the model again", cause);

    private sealed record Version(int Format);

    private sealed record Envelope<THeader>(int Format, THeader Header);
}

/// <summary>Remembers what the last text was decoded to. ML.NET hands over the same text for every row; it is compared by identity.</summary>
internal sealed class DecodedPayload<T>(Func<ReadOnlySpan<char>, T> decode)
    where T : class
{
    private readonly Lock _gate = new();
    private volatile Entry? _last;

    public T Get(ReadOnlyMemory<char> text)
    {
        (object? owner, int start) = Identity(text);
        if (_last is { } seen && seen.IsFor(owner, start, text.Length))
        {
            return seen.Value;
        }

        lock (_gate)
        {
            if (_last is not { } last || !last.IsFor(owner, start, text.Length))
            {
                _last = last = new(owner, start, text.Length, decode(text.Span));
            }

            return last.Value;
        }
    }

    private static (object? Owner, int Start) Identity(ReadOnlyMemory<char> text)
    {
        if (MemoryMarshal.TryGetString(text, out string? owner, out int start, out _))
        {
            return (owner, start);
        }

        return MemoryMarshal.TryGetArray(text, out ArraySegment<char> segment) ? (segment.Array, segment.Offset) : (null, 0);
    }

    private sealed record Entry(object? Owner, int Start, int Length, T Value)
    {
        public bool IsFor(object? owner, int start, int length) => owner is not null && ReferenceEquals(Owner, owner) && Start == start && Length == length;
    }
}
