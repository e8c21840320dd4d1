using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>A table with columns added; nothing is computed before a cursor asks.</summary>
internal sealed class RowFunctionView(RowFunctionMapper mapper, IDataView input) : IDataView
{
    public bool CanShuffle => input.CanShuffle && !mapper.Function.InOrder;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        return rand is null && mapper.ComputesBlocks(active)
            ? new BlockCursor(mapper, input, active)
            : new RowFunctionCursor(mapper, input.GetRowCursor(mapper.Dependencies(active), mapper.Function.InOrder ? null : rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        if (mapper.Function.InOrder || (rand is null && mapper.ComputesBlocks(active)))
        {
            return [GetRowCursor(columnsNeeded)];
        }

        return [.. input.GetRowCursorSet(mapper.Dependencies(active), n, rand).Select(cursor => new RowFunctionCursor(mapper, cursor, active))];
    }
}

/// <summary>Which columns of a schema are wanted.</summary>
internal static class ActiveColumns
{
    public static bool[] Of(DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
    {
        ArgumentNullException.ThrowIfNull(needed);
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in needed)
        {
            active[column.Index] = true;
        }

        return active;
    }
}

/// <summary>
/// Adds columns to rows, for the prediction engine and for chains. The columns are there whether or not what they are computed
/// from is: a chain is fitted, and passes tables on, where nobody reads them.
/// </summary>
internal sealed class RowFunctionMapper(RowFunction function, DataViewSchema input) : IRowToRowMapper
{
    private readonly bool _fits = function.Fits(input);

    public RowFunction Function => function;

    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema { get; } = OutputColumn.Append(input, function.Outputs);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Dependencies(ActiveColumns.Of(OutputSchema, dependingColumns));

    /// <summary>The columns of the input that are needed for the active columns of the output.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool[] needed = active[..input.Count];
        if (_fits && active.AsSpan(input.Count).Contains(true))
        {
            foreach (DataViewSchema.Column column in function.Inputs.SelectMany(columns => columns.Find(input)))
            {
                needed[column.Index] = true;
            }
        }

        return input.Where(column => needed[column.Index]);
    }

    /// <summary>Whether outputs are wanted, and computed in blocks.</summary>
    public bool ComputesBlocks(bool[] active) => _fits && function.InBlocks && active.AsSpan(input.Count).Contains(true);

    public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new RowFunctionRow(this, row, ActiveColumns.Of(OutputSchema, activeColumns));
    }
}

/// <summary>How rows and cursors with added columns find their getters.</summary>
internal sealed class RowFunctionColumns
{
    private readonly RowFunctionMapper _mapper;
    private readonly DataViewRow _row;
    private readonly bool[] _active;
    private readonly RowComputation? _computation;

    public RowFunctionColumns(RowFunctionMapper mapper, DataViewRow row, bool[] active)
    {
        (_mapper, _row, _active) = (mapper, row, active);
        bool[] outputs = active[mapper.InputSchema.Count..];
        _computation = outputs.Contains(true) ? mapper.Function.Open(row, outputs) : null;
    }

    public bool IsActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    public ValueGetter<T> Getter<T>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
        {
            throw Inactive(column);
        }

        int inputs = _mapper.InputSchema.Count;
        if (column.Index < inputs)
        {
            return _row.GetGetter<T>(_row.Schema[column.Index]);
        }

        return Typed<T>(_computation!.Getter(column.Index - inputs), column);
    }

    public static InvalidOperationException Inactive(DataViewSchema.Column column) => new($"The column \"{column.Name}\" is not among those asked for.");

    /// <summary>The getter as one of the type asked for.</summary>
    /// <exception cref="InvalidOperationException">It is of another type.</exception>
    public static ValueGetter<T> Typed<T>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<T>
        ?? throw new InvalidOperationException($"The column \"{column.Name}\" is of type {column.Type}; values of type {typeof(T)} cannot be had from it.");
}

/// <summary>A row with columns added.</summary>
internal sealed class RowFunctionRow(RowFunctionMapper mapper, DataViewRow row, bool[] active) : DataViewRow
{
    private readonly RowFunctionColumns _columns = new(mapper, row, active);

    public override long Batch => row.Batch;

    public override long Position => row.Position;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => _columns.Getter<T>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            row.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>A cursor with columns added.</summary>
internal sealed class RowFunctionCursor(RowFunctionMapper mapper, DataViewRowCursor cursor, bool[] active) : DataViewRowCursor
{
    private readonly RowFunctionColumns _columns = new(mapper, cursor, active);

    public override long Batch => cursor.Batch;

    public override long Position => cursor.Position;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool MoveNext() => cursor.MoveNext();

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => _columns.Getter<T>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cursor.Dispose();
        }

        base.Dispose(disposing);
    }
}
