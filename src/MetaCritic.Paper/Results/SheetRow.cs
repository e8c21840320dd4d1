using System.Globalization;

namespace MetaCritic.Paper.Results;

/// <summary>A row of a <see cref="Sheet"/>.</summary>
/// <param name="Indices">Places of the columns.</param>
/// <param name="Cells">Its cells.</param>
internal readonly record struct SheetRow(IReadOnlyDictionary<string, int> Indices, string[] Cells)
{
    /// <summary>The text of a cell.</summary>
    /// <exception cref="InvalidInputException">There is no such column.</exception>
    public string this[string column] =>
        Indices.TryGetValue(column, out int index) ? Cells[index] : throw new InvalidInputException($"column \"{column}\"", "it is not in the table", "Run the item again");

    /// <summary>The number in a cell; it may be NaN.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public double Number(string column) =>
        double.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new InvalidInputException($"column \"{column}\"", $"value is \"{this[column]}\"", "Run the item again");
}
