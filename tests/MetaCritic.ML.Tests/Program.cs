using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>What a fresh process does: load a model, with no registration of anything, and print the bits of what it gives.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(arguments[0], out _);
        Console.WriteLine(Tables.Bits(model.Transform(Tables.All(ml)), arguments[1..]));
        return 0;
    }
}
