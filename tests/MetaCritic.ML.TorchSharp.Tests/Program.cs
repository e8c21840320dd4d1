namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>What a process of its own does: load torch, or one misuse.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        try
        {
            if (arguments[0] == "load")
            {
                TorchRuntime.Load();
                Console.WriteLine($"loaded {TorchRuntime.LoadedCopy ?? "TorchSharp's own library"}");
                return 0;
            }

            TorchRuntime.UseCompatibleCopy = true;
            TorchRuntime.Load();
            Misuses.All.Single(misuse => misuse.Name == arguments[0]).Do();
            Console.WriteLine("nothing was thrown");
            return 1;
        }
#pragma warning disable CA1031 // What is thrown is what the test looks at.
        catch (Exception e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
            return 3;
        }
#pragma warning restore CA1031
    }
}
