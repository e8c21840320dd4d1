namespace Microsoft.ML.Data;

/// <summary>The checks that every row makes before it hands out a getter.</summary>
internal static class GetterCheck
{
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");

    public static void Active(bool isActive, DataViewSchema.Column column)
    {
        if (!isActive)
        {
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this row.");
        }
    }

    /// <summary>A flag for each column of <paramref name="schema"/>.</summary>
    public static bool[] ActiveFlags(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns ?? throw new ArgumentNullException("columnsNeeded"))
        {
            if (column.Index >= schema.Count || schema[column.Index].Name != column.Name)
            {
                throw new ArgumentOutOfRangeException(nameof(columns), $"Column '{column.Name}' does not belong to the schema.");
            }

            active[column.Index] = true;
        }

        return active;
    }
}
