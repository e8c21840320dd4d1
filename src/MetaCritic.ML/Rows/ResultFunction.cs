using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Rows;

/// <summary>
/// Columns that are computed together, from all the numbers of a row, into one object. The same computation serves cursors,
/// prediction engines and the custom mappings of saved models.
/// </summary>
/// <typeparam name="TResult">The values of a row. It is used again for the next one.</typeparam>
internal abstract class ResultFunction<TResult> : RowFunction
    where TResult : class, new()
{
    private IReadOnlyList<OutputColumn>? _outputs;

    /// <summary>The columns that are added, and where their values stand.</summary>
    public abstract IReadOnlyList<ResultColumn<TResult>> Results { get; }

    public sealed override IReadOnlyList<OutputColumn> Outputs => _outputs ??= [.. Results.Select(result => result.Column)];

    /// <summary>Computes a row.</summary>
    /// <param name="numbers">The numbers of <see cref="RowFunction.Inputs"/>, one after the other.</param>
    /// <param name="row">The row's position, for errors; negative if it has none.</param>
    /// <param name="wanted">Which of <see cref="Results"/> are wanted.</param>
    /// <param name="result">Takes the values; those that are not wanted may stay as they are.</param>
    public abstract void Compute(ReadOnlySpan<double> numbers, long row, ReadOnlySpan<bool> wanted, TResult result);

    public override RowComputation Open(DataViewRow row, bool[] active)
    {
        RowReader? reader = Fits(row.Schema) ? new(Inputs, row) : null;
        return new ResultComputation<TResult>(Results, row, result =>
        {
            if (reader is null)
            {
                Check(row.Schema);
            }

            Compute(reader!.Read(), row.Position, active, result);
        });
    }
}

/// <summary>A column that is added, and where its values stand.</summary>
/// <param name="Column">The column.</param>
/// <param name="SavedName">Name of the column in saved models, which stays.</param>
/// <param name="Getter">Makes a <see cref="ValueGetter{T}"/> of what gives the present row.</param>
internal sealed record ResultColumn<TResult>(OutputColumn Column, string SavedName, Func<Func<TResult>, Delegate> Getter)
{
    /// <summary>Which component of the saved column this one is; null if it is all of it.</summary>
    public int? Component { get; init; }

    public static ResultColumn<TResult> Scalar<T>(string name, DataViewType type, string savedName, Func<TResult, T> value) => new(
        OutputColumn.Scalar<T>(name, type), savedName, current => (ValueGetter<T>)((ref T destination) => destination = value(current())));

    /// <summary>A vector of Single.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="size">Number of components; 0 if it differs from row to row.</param>
    /// <param name="slotNames">Names of the components; null for none.</param>
    /// <param name="savedName">Name of the column in saved models.</param>
    /// <param name="value">Finds the vector.</param>
    public static ResultColumn<TResult> Vector(string name, int size, IReadOnlyList<string>? slotNames, string savedName, Func<TResult, VBuffer<float>> value) => new(
        OutputColumn.Vector(name, size, slotNames),
        savedName,
        current => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> destination) => value(current()).CopyTo(ref destination)));
}

/// <summary>Computes a row once, whichever of its values are asked for first.</summary>
/// <param name="results">The columns.</param>
/// <param name="row">The row.</param>
/// <param name="compute">Computes the present row.</param>
internal sealed class ResultComputation<TResult>(IReadOnlyList<ResultColumn<TResult>> results, DataViewRow row, Action<TResult> compute) : RowComputation
    where TResult : class, new()
{
    private readonly TResult _result = new();
    private long _position = -1;

    public override Delegate Getter(int output) => results[output].Getter(Current);

    private TResult Current()
    {
        if (_position != row.Position || row.Position < 0)
        {
            _position = -1;
            compute(_result);
            _position = row.Position;
        }

        return _result;
    }
}

/// <summary>Vectors of Single from the engine's numbers.</summary>
internal static class Vectors
{
    /// <summary>The numbers as Single, in the memory of a vector that is no longer needed, if that will do.</summary>
    public static VBuffer<float> Of(ReadOnlySpan<double> numbers, VBuffer<float> used)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref used, numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            editor.Values[i] = (float)numbers[i];
        }

        return editor.Commit();
    }
}
