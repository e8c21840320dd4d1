using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaCritic.ML.Saving;

/// <summary>
/// A model as one text, which is what ML.NET's files can carry: base64 of the length of a header (4 bytes, little-endian),
/// the header (JSON with the format's version and the names of columns), the engine's own model bytes, and, since format 2,
/// a SHA-256 of everything before it.
/// </summary>
internal static class Payload
{
    /// <summary>The newest format that this version writes and reads.</summary>
    public const int Format = 3;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    // Nothing doubled, nothing unknown, nothing missing, and null only where it may be.
    private static readonly JsonSerializerOptions Strict = new(Json)
    {
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
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
        stream.Write(SHA256.HashData(Written(stream)));
        return Convert.ToBase64String(Written(stream));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="make">Makes something of the header and the engine's model bytes.</param>
    /// <exception cref="InvalidInputException">It is damaged or of a newer format.</exception>
    public static T Read<THeader, T>(ReadOnlySpan<char> text, string name, Func<THeader, Stream, T> make)
    {
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(text, bytes, out int count) || count < 4)
        {
            throw Damaged(name);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 0 || length > count - 4)
        {
            throw Damaged(name);
        }

        ReadOnlySpan<byte> json = bytes.AsSpan(4, length);
        try
        {
            int format = JsonSerializer.Deserialize<Version>(json, Json)?.Format ?? 0;
            if (format > Format)
            {
                throw new InvalidInputException(
                    name, FormattableString.Invariant($"its format is {format}; this version of MetaCritic.ML reads formats up to {Format}"), "Load it with a newer version of MetaCritic.ML");
            }

            if (format >= 2)
            {
                count -= SHA256.HashSizeInBytes;
                if (count < 4 + length || !SHA256.HashData(bytes.AsSpan(0, count)).AsSpan().SequenceEqual(bytes.AsSpan(count, SHA256.HashSizeInBytes)))
                {
                    throw Damaged(name);
                }
            }

            if (format >= 1 && JsonSerializer.Deserialize<Envelope<THeader>>(json, Strict) is { Header: { } header })
            {
                using MemoryStream model = new(bytes, 4 + length, count - 4 - length);
                return make(header, model);
            }
        }
        catch (JsonException e)
        {
            throw Damaged(name, e);
        }
        catch (InvalidInputException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{name}: {e.Message}", e);
        }

        throw Damaged(name);
    }

    /// <summary>The error for a text that cannot be one that was written.</summary>
    public static InvalidInputException Damaged(string name, Exception? cause = null) =>
        new(name, "the model in the ML.NET file is damaged", "Save the model again", cause);

    private static ReadOnlySpan<byte> Written(MemoryStream stream) => stream.GetBuffer().AsSpan(0, (int)stream.Length);

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
