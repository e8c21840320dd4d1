namespace MetaCritic.Networks;

/// <summary>
/// Random numbers that are a function of a key: the same key gives the same numbers, whatever was drawn before or
/// elsewhere, so nothing has to be saved to resume. SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal struct KeyedRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private ulong _state;

    private KeyedRandom(ulong state) => _state = state;

    /// <summary>A stream of its own for these keys.</summary>
    public static KeyedRandom Create(params ReadOnlySpan<ulong> keys)
    {
        ulong state = Increment;
        foreach (ulong key in keys)
        {
            state = Mix(state ^ Mix(key + Increment)) + Increment;
        }

        return new(state);
    }

    /// <summary>A number that identifies a sequence of doubles by their bits; −0 counts as 0.</summary>
    public static ulong Hash(ReadOnlySpan<double> values)
    {
        ulong hash = (ulong)values.Length;
        foreach (double value in values)
        {
            hash = Mix(hash + Increment + BitConverter.DoubleToUInt64Bits(value + 0.0));
        }

        return hash;
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(_state += Increment);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform among 0 … count − 1.</summary>
    public int NextIndex(int count) => (int)(NextDouble() * count);

    /// <summary>Normal with mean 0 and variance 1 (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
