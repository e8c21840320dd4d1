using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A transformer bound to one input schema: which output columns pass through, how the others are computed.</summary>
internal abstract class RowMapping
{
    private readonly int[] _source;

    /// <summary>Passes every input column through; an added column stands behind the last one of its name, else at the end.</summary>
    protected RowMapping(DataViewSchema input, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        InputSchema = input;
        List<(DataViewSchema.DetachedColumn Column, int Source)> columns = [.. input.Select(column => (new DataViewSchema.DetachedColumn(column), column.Index))];
        foreach (DataViewSchema.DetachedColumn column in added)
        {
            int namesake = columns.FindLastIndex(other => other.Column.Name == column.Name);
            columns.Insert(namesake < 0 ? columns.Count : namesake + 1, (column, ~AddedCount++));
        }

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Select(column => column.Column));
        OutputSchema = builder.ToSchema();
        _source = [.. columns.Select(column => column.Source)];
    }

    /// <summary>Passes the chosen input columns through, in that order.</summary>
    protected RowMapping(DataViewSchema input, int[] kept)
    {
        InputSchema = input;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(kept.Select(index => input[index]));
        OutputSchema = builder.ToSchema();
        _source = kept;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public int AddedCount { get; private set; }

    /// <summary>The input column behind an output column, or the complement of the index of an added one.</summary>
    public int Source(int outputColumn) => _source[outputColumn];

    public bool[] ActiveAdded(bool[] activeOutput)
    {
        var added = new bool[AddedCount];
        for (int i = 0; i < activeOutput.Length; i++)
        {
            if (activeOutput[i] && _source[i] < 0)
            {
                added[~_source[i]] = true;
            }
        }

        return added;
    }

    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> outputColumns)
    {
        bool[] activeOutput = GetterCheck.ActiveFlags(OutputSchema, outputColumns);
        var needed = new bool[InputSchema.Count];
        for (int i = 0; i < activeOutput.Length; i++)
        {
            if (activeOutput[i] && _source[i] >= 0)
            {
                needed[_source[i]] = true;
            }
        }

        AddDependencies(ActiveAdded(activeOutput), needed);
        return InputSchema.Where(column => needed[column.Index]);
    }

    /// <summary>Marks the input columns that the active added columns are computed from.</summary>
    protected abstract void AddDependencies(bool[] activeAdded, bool[] needed);

    /// <summary>A getter for each active added column.</summary>
    public abstract Delegate[] CreateGetters(DataViewRow input, bool[] activeAdded);
}

internal sealed class RowToRowMapper : IRowToRowMapper
{
    private readonly RowMapping _mapping;

    public RowToRowMapper(RowMapping mapping) => _mapping = mapping;

    public DataViewSchema InputSchema => _mapping.InputSchema;

    public DataViewSchema OutputSchema => _mapping.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => _mapping.Dependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new MappedRow(_mapping, input, activeColumns);
}

internal sealed class MappedRow : DataViewRow
{
    private readonly MappedColumns _columns;
    private readonly DataViewRow _input;

    public MappedRow(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> active)
    {
        _input = input;
        _columns = new MappedColumns(mapping, input, active);
    }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override DataViewSchema Schema => _columns.Schema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        base.Dispose(disposing);
    }
}

internal sealed class MappedCursor : DataViewRowCursor
{
    private readonly MappedColumns _columns;
    private readonly DataViewRowCursor _input;

    public MappedCursor(RowMapping mapping, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> active)
    {
        _input = input;
        _columns = new MappedColumns(mapping, input, active);
    }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override DataViewSchema Schema => _columns.Schema;

    public override bool MoveNext() => _input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What a mapped row and a mapped cursor have in common.</summary>
internal sealed class MappedColumns
{
    private readonly RowMapping _mapping;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly Delegate[] _getters;

    public MappedColumns(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> active)
    {
        _mapping = mapping;
        _input = input;
        _active = GetterCheck.ActiveFlags(mapping.OutputSchema, active);
        _getters = mapping.CreateGetters(input, mapping.ActiveAdded(_active));
    }

    public DataViewSchema Schema => _mapping.OutputSchema;

    public bool IsActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(IsActive(column), column);
        int source = _mapping.Source(column.Index);
        return source >= 0
            ? _input.GetGetter<TValue>(_input.Schema[source])
            : GetterCheck.Cast<TValue>(_getters[~source]);
    }
}

/// <summary>The lazy result of a row-by-row transformer.</summary>
internal sealed class MappedDataView : IDataView
{
    private readonly IDataView _input;
    private readonly RowMapping _mapping;

    public MappedDataView(IDataView input, RowMapping mapping)
    {
        _input = input;
        _mapping = mapping;
    }

    public bool CanShuffle => _input.CanShuffle;

    public DataViewSchema Schema => _mapping.OutputSchema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new MappedCursor(_mapping, _input.GetRowCursor(_mapping.Dependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return [.. _input.GetRowCursorSet(_mapping.Dependencies(columns), n, rand).Select(cursor => new MappedCursor(_mapping, cursor, columns))];
    }
}
