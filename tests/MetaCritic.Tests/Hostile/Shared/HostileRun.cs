using System.Diagnostics;
using System.Globalization;

namespace MetaCritic.Tests.Hostile;

/// <summary>Reads hostile input many times, and judges what comes out: a result, or the product's own error with place and remedy.</summary>
/// <param name="source">What errors must name.</param>
internal sealed class HostileRun(string source)
{
    /// <summary>Most memory that a case may take, bytes; counted in all that is allocated, freed or not.</summary>
    public const long MemoryLimit = 256L << 20;

    private const int MessageLimit = 8_000;

    private TimeSpan _longest;
    private long _largest;

    /// <summary>Cases that gave a result.</summary>
    public int Accepted { get; private set; }

    /// <summary>Cases that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Reads one input.</summary>
    /// <param name="read">Reads it on this thread.</param>
    /// <param name="describe">Says what the input is, should something be wrong.</param>
    /// <returns>The error's message; null if there was a result.</returns>
    public string? Try(Action read, Func<string> describe)
    {
        string? message = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            read();
            Accepted++;
        }
        catch (InvalidInputException e)
        {
            Refused++;
            message = e.Message;
        }
        catch (Exception e)
        {
            throw new AssertFailedException($"{e.GetType()} instead of an error of ours, on {describe()}", e);
        }

        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _longest = duration > _longest ? duration : _longest;
        _largest = Math.Max(_largest, allocated);
        Assert.IsLessThan(MemoryLimit, allocated, describe());
        if (message is not null)
        {
            Assert.Contains(source, message, describe());
            Assert.IsTrue(message.EndsWith('.') && message.Length > source.Length + 20, $"no remedy in: {message}\n{describe()}");
            Assert.IsLessThan(MessageLimit, message.Length, describe());
        }

        return message;
    }

    /// <summary>Reads every beginning of a file, and the file with every single bit turned over.</summary>
    /// <param name="original">The file.</param>
    /// <param name="read">Reads one on this thread.</param>
    public void TryDamaged(byte[] original, Action<byte[]> read)
    {
        for (int i = 0; i < original.Length; i++)
        {
            TryOne(original[..i]);
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] copy = [.. original];
                copy[i] ^= (byte)(1 << bit);
                TryOne(copy);
            }
        }

        void TryOne(byte[] bytes) => Try(() => read(bytes), () => Convert.ToBase64String(bytes));
    }

    /// <summary>What was seen, for the test's output. Times are told, not judged: the machine may be busy.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{source}: {Accepted + Refused} cases, {Accepted} accepted, {Refused} refused; longest {_longest.TotalMilliseconds:0} ms, most memory {_largest / 1048576.0:0.0} MiB");
}
