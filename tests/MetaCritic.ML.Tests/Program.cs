using System.Globalization;
using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>What a fresh process does: load a model, with no registration of anything, and print the bits of what it gives; or <see cref="MachineFlow"/>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments[0] == MachineFlow.Argument)
        {
            Console.WriteLine(CultureInfo.CurrentCulture.Name);
            Console.WriteLine(MachineFlow.Run());
            return 0;
        }

        MLContext ml = new();
        ITransformer model = ml.Model.Load(arguments[0], out _);
        Console.WriteLine(Tables.Bits(model.Transform(Tables.All(ml)), arguments[1..]));
        return 0;
    }
}
