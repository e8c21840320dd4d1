namespace MetaCritic.Packages.Tests;

/// <summary>One machine with the packages of the present build, for all tests.</summary>
[TestClass]
public sealed class Packed
{
    private static readonly Lazy<Machine> LazyMachine = new(() =>
    {
        Machine machine = new();
        Machine.Run("dotnet", Repository.Root, "pack", "MetaCritic.ML.sln", "-c", Repository.Configuration, "--no-build", "-o", machine.Feed, "-m:2");
        return machine;
    });

    internal static Machine Machine => LazyMachine.Value;

    [AssemblyCleanup]
    public static void Remove()
    {
        if (LazyMachine.IsValueCreated)
        {
            LazyMachine.Value.Dispose();
        }
    }
}
