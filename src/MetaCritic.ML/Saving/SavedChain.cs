using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>
/// A model as a chain of ML.NET's own transformers, which any process can load without registration: copy the inputs to
/// fixed names, look the model up as a text, compute, copy to the wanted names, drop the helpers.
/// </summary>
internal static class SavedChain
{
    public const string KeyColumn = "MetaCritic.Key";
    public const string PayloadColumn = "MetaCritic.Payload";

    // Up to here vectors are loaded faster by their components than by pieces.
    private const int Few = 16;

    /// <summary>Lets the chain save itself.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="context">What ML.NET gave.</param>
    /// <param name="parts">What is saved.</param>
    public static void Save(MLContext ml, ModelSaveContext context, SavedParts parts)
    {
        List<IEstimator<ITransformer>> steps = [.. parts.Inputs.SelectMany(input => Gather(ml, input.Fixed, input.Columns))];
        steps.Add(Key(ml));
        steps.Add(ml.Transforms.Conversion.MapValue(PayloadColumn, [new KeyValuePair<int, string>(0, parts.Payload)], KeyColumn));
        steps.AddRange(parts.Computation);
        IDataView data = new EmptyView(Schema(parts.Inputs.SelectMany(input => input.Columns)));
        List<ITransformer> fitted = [];
        foreach (IEstimator<ITransformer> step in steps)
        {
            Add(step);
        }

        Add(ml.Transforms.DropColumns([.. data.Schema.Select(column => column.Name).Where(name => name.StartsWith(ColumnOptions.ReservedPrefix, StringComparison.Ordinal)).Distinct()]));
        ((ICanSaveModel)new TransformerChain<ITransformer>([.. fitted])).Save(context);

        void Add(IEstimator<ITransformer> step)
        {
            fitted.Add(step.Fit(data));
            data = fitted[^1].Transform(data);
        }
    }

    /// <summary>
    /// The steps from a column of the computation to the one that is added. What ML.NET loads must have the type it had, with
    /// sizes and names, for the steps that follow in a user's chain.
    /// </summary>
    public static IEnumerable<IEstimator<ITransformer>> Result<TResult>(MLContext ml, ResultColumn<TResult> result)
    {
        OutputColumn column = result.Column;
        return result.Component is { } component ? [.. component == 0 ? [Key(ml)] : Array.Empty<IEstimator<ITransformer>>(), .. ComponentMapping.Steps(ml, column.Name)]
            : column.Type is not VectorDataViewType { IsKnownSize: true } vector ? [ml.Transforms.CopyColumns(column.Name, result.SavedName)]
            : column.SlotNames is not null || vector.Size <= Few ? [Key(ml), .. NextComponentsMapping.Steps(ml, result.SavedName, column.Name, vector.Size, column.SlotNames)]
            : PieceMapping.Steps(ml, result.SavedName, column.Name, vector.Size);
    }

    /// <summary>Finds transformers of a type in a model, wherever they are nested: those that were loaded are decoded.</summary>
    /// <typeparam name="TTransformer">The type looked for.</typeparam>
    /// <typeparam name="TIn">Input of the custom mapping that it was saved as.</typeparam>
    /// <typeparam name="TOut">Output of the custom mapping that it was saved as.</typeparam>
    /// <param name="ml">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="decode">Makes a transformer of a payload.</param>
    /// <param name="what">What an error calls it.</param>
    /// <exception cref="InvalidInputException">There is none, or more than one.</exception>
    public static TTransformer Single<TTransformer, TIn, TOut>(MLContext ml, ITransformer model, Func<ReadOnlyMemory<char>, TTransformer> decode, string what)
        where TTransformer : class, ITransformer
        where TIn : class, new()
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(model);
        List<TTransformer> found = [];
        bool ofAnotherCopy = false;
        Visit(model);
        return found.Count switch
        {
            1 => found[0],
            0 when ofAnotherCopy => throw new InvalidInputException(
                "The model",
                $"the {what} in it was loaded by another copy of MetaCritic.ML, in another AssemblyLoadContext",
                $"Load it inside AssemblyLoadContext.GetLoadContext(typeof({typeof(TTransformer).Name}).Assembly).EnterContextualReflection()"),
            0 => throw new InvalidInputException("The model", $"there is no {what} in it", "Give a model that was saved with one"),
            int n => throw new InvalidInputException("The model", FormattableString.Invariant($"there are {n} of {what} in it"), "Give the part of the chain that is meant"),
        };

        void Visit(ITransformer part)
        {
            if (part is TTransformer transformer)
            {
                found.Add(transformer);
            }
            else if (part is IEnumerable<ITransformer> chain)
            {
                ITransformer? before = null;
                foreach (ITransformer member in chain)
                {
                    if (member is CustomMappingTransformer<TIn, TOut> && before is not null)
                    {
                        found.Add(decode(ReadPayload(ml, before)));
                    }
                    else
                    {
                        ofAnotherCopy |= member.GetType() is { IsGenericType: true } type && type.GetGenericArguments()[0] is { } row && row != typeof(TIn) && row.FullName == typeof(TIn).FullName;
                        Visit(member);
                    }

                    before = member;
                }
            }
        }
    }

    private static CustomMappingEstimator<NoColumns, KeyRow> Key(MLContext ml) => ml.Transforms.CustomMapping(new KeyMapping().GetMapping(), KeyMapping.Contract);

    // Copies a vector column, or joins columns of one number each, as Single: a table may have Double in their place.
    private static IEnumerable<IEstimator<ITransformer>> Gather(MLContext ml, string name, NumberColumns[] columns)
    {
        string[] names = [.. columns.SelectMany(part => part.Names)];
        if (names.Length == 1 && columns[0].Size > 1)
        {
            return [ml.Transforms.Conversion.ConvertType(name, names[0], DataKind.Single)];
        }

        InputOutputColumnPair[] parts = [.. names.Select((part, i) => new InputOutputColumnPair(FormattableString.Invariant($"{name}.{i}"), part))];
        return [ml.Transforms.Conversion.ConvertType(parts, DataKind.Single), ml.Transforms.Concatenate(name, Array.ConvertAll(parts, part => part.OutputColumnName))];
    }

    private static DataViewSchema Schema(IEnumerable<NumberColumns> inputs)
    {
        DataViewSchema.Builder builder = new();
        HashSet<string> done = new(StringComparer.Ordinal);
        foreach (NumberColumns columns in inputs)
        {
            foreach (string name in columns.Names.Where(done.Add))
            {
                builder.AddColumn(name, columns.Names.Count > 1 || columns.Size == 1 ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, columns.Size));
            }
        }

        return builder.ToSchema();
    }

    private static ReadOnlyMemory<char> ReadPayload(MLContext ml, ITransformer lookup)
    {
        IDataView table = lookup.Transform(ml.Data.LoadFromEnumerable([new KeyRow()]));
        DataViewSchema.Column column = table.Schema[PayloadColumn];
        using DataViewRowCursor cursor = table.GetRowCursor([column]);
        ReadOnlyMemory<char> payload = default;
        if (cursor.MoveNext())
        {
            cursor.GetGetter<ReadOnlyMemory<char>>(column)(ref payload);
        }

        return payload;
    }
}

/// <summary>What a saved chain is made of.</summary>
/// <param name="Payload">The model as a text.</param>
/// <param name="Inputs">Fixed names, and the columns that belong there.</param>
/// <param name="Computation">The computation: custom mappings with contracts, and steps of ML.NET's own.</param>
internal sealed record SavedParts(
    string Payload,
    IReadOnlyList<(string Fixed, NumberColumns[] Columns)> Inputs,
    IReadOnlyList<IEstimator<ITransformer>> Computation);

/// <summary>The key under which a model's text is looked up.</summary>
internal sealed class KeyRow
{
    [ColumnName(SavedChain.KeyColumn)]
    public int Key { get; set; }
}

/// <summary>Writes the key. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class KeyMapping : CustomMappingFactory<NoColumns, KeyRow>
{
    public const string Contract = "MetaCritic.Key/1";

    public override Action<NoColumns, KeyRow> GetMapping() => Map;

    private static void Map(NoColumns source, KeyRow destination) => destination.Key = 0;
}
