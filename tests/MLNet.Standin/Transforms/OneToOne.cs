using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Columns computed each from one other.</summary>
internal abstract class OneToOneMapping : RowMapping
{
    private readonly DataViewSchema.Column[] _inputs;

    protected OneToOneMapping(DataViewSchema input, DataViewSchema.Column[] inputs, IEnumerable<DataViewSchema.DetachedColumn> outputs)
        : base(input, outputs) => _inputs = inputs;

    public override Delegate[] CreateGetters(DataViewRow input, bool[] activeAdded)
    {
        var getters = new Delegate[activeAdded.Length];
        for (int i = 0; i < getters.Length; i++)
        {
            getters[i] = activeAdded[i] ? NewGetter(input, _inputs[i], i) : null;
        }

        return getters;
    }

    protected override void AddDependencies(bool[] activeAdded, bool[] needed)
    {
        for (int i = 0; i < activeAdded.Length; i++)
        {
            if (activeAdded[i])
            {
                needed[_inputs[i].Index] = true;
            }
        }
    }

    protected abstract Delegate NewGetter(DataViewRow row, DataViewSchema.Column input, int index);

    public static DataViewSchema.Column[] Find(DataViewSchema schema, IEnumerable<(string Output, string Input)> columns) =>
        [.. columns.Select(column => schema.GetColumnOrNull(column.Input) ?? throw Mismatch.Missing("input", column.Input))];
}

internal static class ColumnPairs
{
    public static void Write(BinaryWriter writer, (string Output, string Input)[] columns)
    {
        writer.Write(columns.Length);
        foreach ((string output, string input) in columns)
        {
            writer.Write(output);
            writer.Write(input);
        }
    }

    public static (string Output, string Input)[] Read(BinaryReader reader)
    {
        var columns = new (string, string)[reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = (reader.ReadString(), reader.ReadString());
        }

        return columns;
    }

    public static (string Output, string Input)[] Checked((string Output, string Input)[] columns)
    {
        foreach ((string output, string input) in columns)
        {
            if (string.IsNullOrEmpty(output) || string.IsNullOrEmpty(input))
            {
                throw new ArgumentOutOfRangeException(nameof(columns), "columns cannot be null or empty");
            }
        }

        return columns;
    }
}
