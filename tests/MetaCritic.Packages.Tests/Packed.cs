namespace MetaCritic.Packages.Tests;

/// <summary>One machine with the packages of the present build, for all tests.</summary>
[TestClass]
public sealed class Packed
{
    private static readonly Lazy<Machine> LazyMachine = new(() =>
    {
        Machine machine = new();
        Machine.Run("dotnet", Repository.Root, "pack", "src/Packages.slnf", "-c", Repository.Configuration, "--no-build", "-o", machine.Feed, "-m:2");
        return machine;
    });

    private static readonly Lazy<string> LazyTool = new(() =>
    {
        string folder = Directory.CreateDirectory(Machine.At("tool")).FullName;
        Machine.Run("dotnet", folder, "tool", "install", "MetaCritic.Cli", "--version", Machine.Built("PackageVersion"), "--tool-path", folder, "--configfile", Machine.At("nuget.config"));
        return Path.Combine(folder, "metacritic");
    });

    internal static Machine Machine => LazyMachine.Value;

    /// <summary>The command, installed from its package.</summary>
    internal static string Tool => LazyTool.Value;

    [AssemblyCleanup]
    public static void Remove()
    {
        if (LazyMachine.IsValueCreated)
        {
            LazyMachine.Value.Dispose();
        }
    }
}
