using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>A row of which the next four components of a vector are wanted.</summary>
internal sealed class NextComponentsRow
{
    [ColumnName(SavedChain.KeyColumn)]
    public int First { get; set; }

    [ColumnName(VectorRow.VectorColumn)]
    public VBuffer<float> Vector { get; set; }
}

/// <summary>Four components, 0 beyond the last, and which one is next. Double, so that there are numbers that none of them is.</summary>
internal sealed class NextComponents
{
    public const string A = "MetaCritic.A";
    public const string B = "MetaCritic.B";
    public const string C = "MetaCritic.C";
    public const string D = "MetaCritic.D";

    [ColumnName(SavedChain.KeyColumn)]
    public int First { get; set; }

    [ColumnName(A)]
    public double ValueA { get; set; }

    [ColumnName(B)]
    public double ValueB { get; set; }

    [ColumnName(C)]
    public double ValueC { get; set; }

    [ColumnName(D)]
    public double ValueD { get; set; }
}

/// <summary>The places of a vector's components, under the key that is looked up.</summary>
internal sealed class PlacesRow
{
    public int Key { get; set; }

    public double[] Places { get; set; } = [];
}

/// <summary>
/// Gives a vector a known size and, if there are any, slot names. ML.NET keeps both with a vector that is looked up, and its expressions pass both on
/// from a vector to what is computed from it, component by component. So a constant vector is looked up whose components are marks
/// that no Single is, and expressions put a component in the place of each mark, four at a time: more columns they do not take.
/// The contract's name stands in saved models: it stays.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NextComponentsMapping : CustomMappingFactory<NextComponentsRow, NextComponents>
{
    public const string Contract = "MetaCritic.Components/1";

    private const string PlacesColumn = "MetaCritic.Places";
    private const int AtOnce = 4;

    /// <summary>The steps that make a vector one of known size. The key must be 0.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="source">The vector.</param>
    /// <param name="name">Name of the vector of known size.</param>
    /// <param name="size">The size.</param>
    /// <param name="slotNames">Names of its components; null for none.</param>
    public static IEnumerable<IEstimator<ITransformer>> Steps(MLContext ml, string source, string name, int size, IReadOnlyList<string>? slotNames)
    {
        IDataView places = Places(ml, size, slotNames);
        yield return ml.Transforms.CopyColumns(VectorRow.VectorColumn, source);
        yield return ml.Transforms.Conversion.MapValue(PlacesColumn, places, places.Schema[nameof(PlacesRow.Key)], places.Schema[nameof(PlacesRow.Places)], SavedChain.KeyColumn);
        for (int first = 0; first < size; first += AtOnce)
        {
            yield return ml.Transforms.CustomMapping(new NextComponentsMapping().GetMapping(), Contract);
            yield return ml.Transforms.Expression(
                PlacesColumn,
                $"(v, a, b, c, d) : v == {Mark(first)}d ? a : v == {Mark(first + 1)}d ? b : v == {Mark(first + 2)}d ? c : v == {Mark(first + 3)}d ? d : v",
                PlacesColumn,
                NextComponents.A,
                NextComponents.B,
                NextComponents.C,
                NextComponents.D);
        }

        yield return ml.Transforms.Expression(name, "v : single(v)", PlacesColumn);
    }

    public override Action<NextComponentsRow, NextComponents> GetMapping() => Map;

    // Beyond the range of Single, and without a decimal point, which ML.NET reads by the culture of the process.
    private static string Mark(int component) => FormattableString.Invariant($"{component + 1}e100");

    private static IDataView Places(MLContext ml, int size, IReadOnlyList<string>? slotNames)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(PlacesRow));
        SchemaDefinition.Column column = definition[nameof(PlacesRow.Places)];
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Double, size);
        if (slotNames is not null)
        {
            column.AddAnnotation(
                "SlotNames", new VBuffer<ReadOnlyMemory<char>>(size, [.. slotNames.Select(slot => slot.AsMemory())]), new VectorDataViewType(TextDataViewType.Instance, size));
        }

        double[] marks = [.. Enumerable.Range(0, size).Select(i => double.Parse(Mark(i), CultureInfo.InvariantCulture))];
        return ml.Data.LoadFromEnumerable([new PlacesRow { Places = marks }], definition);
    }

    private static void Map(NextComponentsRow source, NextComponents destination)
    {
        int first = source.First;
        destination.ValueA = Value(first);
        destination.ValueB = Value(first + 1);
        destination.ValueC = Value(first + 2);
        destination.ValueD = Value(first + 3);
        destination.First = first + AtOnce;

        double Value(int component) => component < source.Vector.Length ? source.Vector.GetItemOrDefault(component) : 0;
    }
}
