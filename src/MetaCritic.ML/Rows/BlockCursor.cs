using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>Computes the outputs of several rows at once.</summary>
internal abstract class BlockComputation
{
    /// <summary>Most rows of a block.</summary>
    public abstract int Capacity { get; }

    /// <summary>Reads the present row of the cursor that it was opened for as row <paramref name="index"/> of the block.</summary>
    public abstract void Read(int index);

    /// <summary>Computes the first rows of the block.</summary>
    public abstract void Compute(int count);

    /// <summary>A <see cref="ValueGetter{T}"/> of the output's type.</summary>
    /// <param name="output">Which output.</param>
    /// <param name="index">The row of the block that is wanted.</param>
    public abstract Delegate Getter(int output, Func<int> index);
}

/// <summary>
/// A cursor that computes outputs block by block. It reads ahead in the input; columns of the input that are wanted too come
/// from a second cursor over it.
/// </summary>
internal sealed class BlockCursor : DataViewRowCursor
{
    private readonly RowFunctionMapper _mapper;
    private readonly bool[] _active;
    private readonly DataViewRowCursor _ahead;
    private readonly DataViewRowCursor? _passed;
    private readonly BlockComputation _block;
    private readonly ValueGetter<DataViewRowId> _aheadId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private long _position = -1;
    private int _index = -1;
    private int _count;
    private bool _ended;

    public BlockCursor(RowFunctionMapper mapper, IDataView input, bool[] active)
    {
        (_mapper, _active) = (mapper, active);
        int inputs = mapper.InputSchema.Count;
        _ahead = input.GetRowCursor(mapper.Function.Inputs.SelectMany(columns => columns.Find(input.Schema)));
        DataViewSchema.Column[] passed = [.. input.Schema.Where(column => active[column.Index])];
        _passed = passed.Length > 0 ? input.GetRowCursor(passed) : null;
        _block = mapper.Function.OpenBlock(_ahead, active[inputs..])!;
        _aheadId = _ahead.GetIdGetter();
        _ids = new DataViewRowId[_block.Capacity];
        _batches = new long[_block.Capacity];
    }

    public override long Batch => _passed?.Batch ?? (_index >= 0 ? _batches[_index] : 0);

    public override long Position => _position;

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override bool MoveNext()
    {
        if (_ended || !(_index + 1 < _count || Fill()))
        {
            (_ended, _position, _index) = (true, -1, -1);
            return false;
        }

        _index++;
        _position++;
        return _passed?.MoveNext() != false
            ? true
            : throw new InvalidInputException("The table", "it gave fewer rows when it was read again", "Give a table that can be read repeatedly; mlContext.Data.Cache makes one");
    }

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw RowFunctionColumns.Inactive(column);
        }

        int inputs = _mapper.InputSchema.Count;
        return column.Index < inputs
            ? _passed!.GetGetter<T>(_passed.Schema[column.Index])
            : RowFunctionColumns.Typed<T>(_block.Getter(column.Index - inputs, Current), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _passed?.GetIdGetter() ?? ((ref DataViewRowId id) => id = _ids[Current()]);

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ahead.Dispose();
            _passed?.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Current() => _index >= 0 ? _index : throw new InvalidOperationException("The cursor is not at a row: call MoveNext first.");

    private bool Fill()
    {
        (_count, _index) = (0, -1);
        while (_count < _block.Capacity && _ahead.MoveNext())
        {
            _block.Read(_count);
            _aheadId(ref _ids[_count]);
            _batches[_count] = _ahead.Batch;
            _count++;
        }

        _block.Compute(_count);
        return _count > 0;
    }
}
