using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Saving;

/// <summary>
/// A vector as pieces whose sizes are powers of two. A custom mapping that ML.NET loads gives vectors of unknown size, unless the
/// size stands in its class; and a concatenation of vectors of known sizes has a known size. So any size is a choice of these.
/// </summary>
internal sealed class VectorPieces
{
    public const string Prefix = "MetaCritic.Piece";

    [VectorType(1 << 0), ColumnName(Prefix + "0")]
    public VBuffer<float> Piece0 { get; set; }

    [VectorType(1 << 1), ColumnName(Prefix + "1")]
    public VBuffer<float> Piece1 { get; set; }

    [VectorType(1 << 2), ColumnName(Prefix + "2")]
    public VBuffer<float> Piece2 { get; set; }

    [VectorType(1 << 3), ColumnName(Prefix + "3")]
    public VBuffer<float> Piece3 { get; set; }

    [VectorType(1 << 4), ColumnName(Prefix + "4")]
    public VBuffer<float> Piece4 { get; set; }

    [VectorType(1 << 5), ColumnName(Prefix + "5")]
    public VBuffer<float> Piece5 { get; set; }

    [VectorType(1 << 6), ColumnName(Prefix + "6")]
    public VBuffer<float> Piece6 { get; set; }

    [VectorType(1 << 7), ColumnName(Prefix + "7")]
    public VBuffer<float> Piece7 { get; set; }

    [VectorType(1 << 8), ColumnName(Prefix + "8")]
    public VBuffer<float> Piece8 { get; set; }

    [VectorType(1 << 9), ColumnName(Prefix + "9")]
    public VBuffer<float> Piece9 { get; set; }

    [VectorType(1 << 10), ColumnName(Prefix + "10")]
    public VBuffer<float> Piece10 { get; set; }

    [VectorType(1 << 11), ColumnName(Prefix + "11")]
    public VBuffer<float> Piece11 { get; set; }

    [VectorType(1 << 12), ColumnName(Prefix + "12")]
    public VBuffer<float> Piece12 { get; set; }

    [VectorType(1 << 13), ColumnName(Prefix + "13")]
    public VBuffer<float> Piece13 { get; set; }

    [VectorType(1 << 14), ColumnName(Prefix + "14")]
    public VBuffer<float> Piece14 { get; set; }

    [VectorType(1 << 15), ColumnName(Prefix + "15")]
    public VBuffer<float> Piece15 { get; set; }

    [VectorType(1 << 16), ColumnName(Prefix + "16")]
    public VBuffer<float> Piece16 { get; set; }

    [VectorType(1 << 17), ColumnName(Prefix + "17")]
    public VBuffer<float> Piece17 { get; set; }

    [VectorType(1 << 18), ColumnName(Prefix + "18")]
    public VBuffer<float> Piece18 { get; set; }

    [VectorType(1 << 19), ColumnName(Prefix + "19")]
    public VBuffer<float> Piece19 { get; set; }

    [VectorType(1 << 20), ColumnName(Prefix + "20")]
    public VBuffer<float> Piece20 { get; set; }

    [VectorType(1 << 21), ColumnName(Prefix + "21")]
    public VBuffer<float> Piece21 { get; set; }

    [VectorType(1 << 22), ColumnName(Prefix + "22")]
    public VBuffer<float> Piece22 { get; set; }

    [VectorType(1 << 23), ColumnName(Prefix + "23")]
    public VBuffer<float> Piece23 { get; set; }

    [VectorType(1 << 24), ColumnName(Prefix + "24")]
    public VBuffer<float> Piece24 { get; set; }

    [VectorType(1 << 25), ColumnName(Prefix + "25")]
    public VBuffer<float> Piece25 { get; set; }

    [VectorType(1 << 26), ColumnName(Prefix + "26")]
    public VBuffer<float> Piece26 { get; set; }

    [VectorType(1 << 27), ColumnName(Prefix + "27")]
    public VBuffer<float> Piece27 { get; set; }
}

/// <summary>Cuts a vector: each bit of its size that is set is a piece, the largest first. The contract's name stands in saved models: it stays.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PieceMapping : CustomMappingFactory<VectorRow, VectorPieces>
{
    public const string Contract = "MetaCritic.Pieces/1";

    /// <summary>The steps that make a vector one of known size.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="source">The vector.</param>
    /// <param name="name">Name of the vector of known size.</param>
    /// <param name="size">The size.</param>
    public static IEnumerable<IEstimator<ITransformer>> Steps(MLContext ml, string source, string name, int size) =>
    [
        ml.Transforms.CopyColumns(VectorRow.VectorColumn, source),
        ml.Transforms.CustomMapping(new PieceMapping().GetMapping(), Contract),
        ml.Transforms.Concatenate(name, [.. Enumerable.Range(0, 28).Reverse().Where(k => (size >> k & 1) == 1).Select(Column)]),
    ];

    public override Action<VectorRow, VectorPieces> GetMapping() => Map;

    private static string Column(int k) => VectorPieces.Prefix + k.ToString(CultureInfo.InvariantCulture);

    private static void Map(VectorRow source, VectorPieces destination)
    {
        VBuffer<float> vector = source.Vector;
        int taken = 0;
        destination.Piece27 = Next(27, destination.Piece27);
        destination.Piece26 = Next(26, destination.Piece26);
        destination.Piece25 = Next(25, destination.Piece25);
        destination.Piece24 = Next(24, destination.Piece24);
        destination.Piece23 = Next(23, destination.Piece23);
        destination.Piece22 = Next(22, destination.Piece22);
        destination.Piece21 = Next(21, destination.Piece21);
        destination.Piece20 = Next(20, destination.Piece20);
        destination.Piece19 = Next(19, destination.Piece19);
        destination.Piece18 = Next(18, destination.Piece18);
        destination.Piece17 = Next(17, destination.Piece17);
        destination.Piece16 = Next(16, destination.Piece16);
        destination.Piece15 = Next(15, destination.Piece15);
        destination.Piece14 = Next(14, destination.Piece14);
        destination.Piece13 = Next(13, destination.Piece13);
        destination.Piece12 = Next(12, destination.Piece12);
        destination.Piece11 = Next(11, destination.Piece11);
        destination.Piece10 = Next(10, destination.Piece10);
        destination.Piece9 = Next(9, destination.Piece9);
        destination.Piece8 = Next(8, destination.Piece8);
        destination.Piece7 = Next(7, destination.Piece7);
        destination.Piece6 = Next(6, destination.Piece6);
        destination.Piece5 = Next(5, destination.Piece5);
        destination.Piece4 = Next(4, destination.Piece4);
        destination.Piece3 = Next(3, destination.Piece3);
        destination.Piece2 = Next(2, destination.Piece2);
        destination.Piece1 = Next(1, destination.Piece1);
        destination.Piece0 = Next(0, destination.Piece0);

        VBuffer<float> Next(int k, VBuffer<float> used)
        {
            int size = 1 << k;
            if ((vector.Length & size) == 0)
            {
                return used; // nobody reads it
            }

            VBufferEditor<float> editor = VBufferEditor.Create(ref used, size);
            for (int i = 0; i < size; i++)
            {
                editor.Values[i] = vector.GetItemOrDefault(taken + i);
            }

            taken += size;
            return editor.Commit();
        }
    }
}
