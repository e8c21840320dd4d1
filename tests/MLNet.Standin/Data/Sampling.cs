namespace Microsoft.ML.Data;

/// <summary>A number in [0, 1) for each row, the same whenever and in whatever order the row is read.</summary>
internal static class Sampling
{
    public static Func<DataViewRow, Func<double>> Draw(DataViewSchema schema, string keyColumn, int seed)
    {
        if (keyColumn is null)
        {
            return row =>
            {
                ValueGetter<DataViewRowId> getter = row.GetIdGetter();
                return () =>
                {
                    DataViewRowId id = default;
                    getter(ref id);
                    return Uniform(Mix(Mix((ulong)(uint)seed, id.Low), id.High));
                };
            };
        }

        DataViewSchema.Column column = schema.GetColumnOrNull(keyColumn) ?? throw Mismatch.Missing("SamplingKeyColumn", keyColumn, "samplingKeyColumn");
        return row =>
        {
            Func<ulong> hash = ValueHash.Reader(row, column);
            return () => Uniform(Mix((ulong)(uint)seed, hash()));
        };
    }

    /// <summary>The finaliser of SplitMix64 over both values.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        ulong z = (a * 0x9E3779B97F4A7C15) ^ (b + 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static double Uniform(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}

internal static class ValueHash
{
    public static Func<ulong> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            return () =>
            {
                ReadOnlyMemory<char> text = default;
                getter(ref text);
                ulong hash = (ulong)text.Length;
                foreach (char c in text.Span)
                {
                    hash = Sampling.Mix(hash, c);
                }

                return hash;
            };
        }

        Func<double[]> read = Numbers.VectorReader(row, column);
        return () => read().Aggregate(0UL, (hash, value) => Sampling.Mix(hash, BitConverter.DoubleToUInt64Bits(value)));
    }
}
