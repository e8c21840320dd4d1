using Microsoft.ML;

namespace MetaCritic.ML.Rows;

/// <summary>Reads the numbers of several columns of a row, one after the other.</summary>
/// <param name="inputs">The columns.</param>
/// <param name="row">The row, with the columns active.</param>
internal sealed class RowReader(IReadOnlyList<NumberColumns> inputs, DataViewRow row)
{
    private readonly NumberColumns.Reader[] _readers = [.. inputs.Select(columns => columns.Open(row))];
    private readonly double[] _numbers = new double[inputs.Sum(columns => columns.Size)];

    /// <summary>The numbers of the present row, until the next is read.</summary>
    public ReadOnlySpan<double> Read()
    {
        int first = 0;
        for (int i = 0; i < _readers.Length; i++)
        {
            _readers[i].Read(_numbers.AsSpan(first, inputs[i].Size));
            first += inputs[i].Size;
        }

        return _numbers;
    }
}
