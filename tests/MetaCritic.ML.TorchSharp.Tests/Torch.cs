namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Loads torch once. Where it cannot be loaded, the tests are inconclusive, and one line says why.</summary>
[TestClass]
public static class Torch
{
    private static string? _missing;

    [AssemblyInitialize]
    public static void Load(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            TorchRuntime.UseCompatibleCopy = true; // a system with an older libstdc++ runs these tests by the same command
            TorchRuntime.Load();
        }
        catch (InvalidInputException e)
        {
            _missing = e.Message;
        }
    }

    /// <summary>Ends a test that needs torch where there is none.</summary>
    public static void Require()
    {
        if (_missing is not null)
        {
            Assert.Inconclusive(_missing);
        }
    }
}

/// <summary>Tests that need torch.</summary>
public abstract class TorchTests
{
    [TestInitialize]
    public void RequireTorch() => Torch.Require();
}
