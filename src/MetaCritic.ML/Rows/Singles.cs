using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>Columns of Double read as Single, which is what models are saved and loaded with: a table of either gives the same bits.</summary>
internal static class Singles
{
    /// <summary>Largest whole number that no other is read as: beyond it, two may be the same Single.</summary>
    public const int LargestWhole = (1 << 24) - 1;

    /// <summary>Whether a column of this item type can be read.</summary>
    public static bool CanRead(DataViewType item) => item.Equals(NumberDataViewType.Single) || item.Equals(NumberDataViewType.Double);

    /// <summary>Reads a column of one number.</summary>
    public static ValueGetter<float> Number(DataViewRow row, DataViewSchema.Column column)
    {
        if (!column.Type.Equals(NumberDataViewType.Double))
        {
            return row.GetGetter<float>(column);
        }

        ValueGetter<double> getter = row.GetGetter<double>(column);
        double number = 0;
        return (ref float value) =>
        {
            getter(ref number);
            value = (float)number;
        };
    }

    /// <summary>Reads a column of vectors.</summary>
    public static ValueGetter<VBuffer<float>> Vector(DataViewRow row, DataViewSchema.Column column)
    {
        if (!((VectorDataViewType)column.Type).ItemType.Equals(NumberDataViewType.Double))
        {
            return row.GetGetter<VBuffer<float>>(column);
        }

        ValueGetter<VBuffer<double>> getter = row.GetGetter<VBuffer<double>>(column);
        VBuffer<double> numbers = default;
        return (ref VBuffer<float> value) =>
        {
            getter(ref numbers);
            ReadOnlySpan<double> source = numbers.GetValues();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, numbers.Length, source.Length);
            for (int i = 0; i < source.Length; i++)
            {
                editor.Values[i] = (float)source[i];
            }

            if (!numbers.IsDense)
            {
                numbers.GetIndices().CopyTo(editor.Indices);
            }

            value = editor.Commit();
        };
    }
}
