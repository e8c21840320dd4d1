using System.Buffers;
using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row for a saved model: the model, and the columns it reads.</summary>
internal abstract class ModelRow
{
    [ColumnName(SavedChain.PayloadColumn)]
    public ReadOnlyMemory<char> Payload { get; set; }

    /// <summary>A column that is read, in the order of <see cref="ModelMapping{TFunction, TRow, TResult}.InputColumns"/>.</summary>
    public abstract VBuffer<float> Input(int index);
}

/// <summary>Computes rows with a saved model, saves one, and finds one in what was loaded.</summary>
/// <typeparam name="TFunction">What is saved.</typeparam>
/// <typeparam name="TRow">What it reads.</typeparam>
/// <typeparam name="TResult">What it computes.</typeparam>
internal abstract class ModelMapping<TFunction, TRow, TResult> : CustomMappingFactory<TRow, TResult>
    where TFunction : ResultFunction<TResult>
    where TRow : ModelRow, new()
    where TResult : class, new()
{
    private readonly DecodedPayload<Decoded> _decoded;

    protected ModelMapping() => _decoded = new(text => new(Read(text), this));

    /// <summary>Name of the contract, under which ML.NET finds this class. It stands in saved models: it stays.</summary>
    protected abstract string ContractName { get; }

    /// <summary>What an error calls the model.</summary>
    protected abstract string Kind { get; }

    /// <summary>Names of the columns that are read, in saved models: they stay.</summary>
    protected abstract IReadOnlyList<string> InputColumns { get; }

    public abstract string Write(TFunction function);

    public abstract TFunction Read(ReadOnlySpan<char> text);

    public override Action<TRow, TResult> GetMapping() => Map;

    /// <summary>Saves a function as a chain of ML.NET's own transformers.</summary>
    public void Save(MLContext ml, ModelSaveContext context, TFunction function)
    {
        NumberColumns[][] inputs = Inputs(function);
        SavedChain.Save(ml, context, new(
            Write(function),
            [.. InputColumns.Select((name, i) => (name, inputs[i < inputs.Length ? i : 0]))],
            [ml.Transforms.CustomMapping(GetMapping(), ContractName), .. After(ml, function), .. function.Results.SelectMany(result => SavedChain.Result(ml, result))]));
    }

    /// <summary>The one function of this kind in a model, wherever it is nested, as a transformer.</summary>
    /// <typeparam name="TTransformer">The layer's own transformer of it.</typeparam>
    /// <param name="ml">The context.</param>
    /// <param name="model">The model, loaded or not.</param>
    /// <param name="make">Makes the transformer of a function that was loaded.</param>
    /// <exception cref="InvalidInputException">There is none, or more than one.</exception>
    public TTransformer Single<TTransformer>(MLContext ml, ITransformer model, Func<TFunction, TTransformer> make)
        where TTransformer : class, ITransformer =>
        SavedChain.Single<TTransformer, TRow, TResult>(ml, model, payload => make(Read(payload.Span)), Kind);

    /// <summary>Steps after the computation that give results which the contract does not.</summary>
    protected virtual IEnumerable<IEstimator<ITransformer>> After(MLContext ml, TFunction function) => [];

    /// <summary>The function's columns, divided as <see cref="InputColumns"/> are.</summary>
    protected virtual NumberColumns[][] Inputs(TFunction function) => [.. function.Inputs.Select(columns => new[] { columns })];

    /// <summary>Computes a row. ML.NET files name the assembly of the method that they are given: a mapping of another assembly gives one of its own that calls this.</summary>
    protected void Map(TRow source, TResult destination)
    {
        Decoded model = _decoded.Get(source.Payload);
        double[] numbers = ArrayPool<double>.Shared.Rent(model.Count);
        int first = 0;
        for (int i = 0; i < model.Inputs.Length; i++)
        {
            model.Inputs[i].Copy(source.Input(i), numbers.AsSpan(first, model.Inputs[i].Size));
            first += model.Inputs[i].Size;
        }

        model.Function.Compute(numbers.AsSpan(0, model.Count), -1, model.All, destination);
        ArrayPool<double>.Shared.Return(numbers);
    }

    // A function, and what each row needs of it.
    private sealed class Decoded(TFunction function, ModelMapping<TFunction, TRow, TResult> mapping)
    {
        public TFunction Function { get; } = function;

        public NumberColumns[] Inputs { get; } = [.. mapping.Inputs(function).Select(NumberColumns.Join)];

        public int Count { get; } = function.Inputs.Sum(columns => columns.Size);

        public bool[] All { get; } = [.. function.Results.Select(_ => true)];
    }
}
