using System.Runtime.InteropServices;

namespace MetaCritic.Packages.Tests;

/// <summary>The engine compiles to native code without a warning, and the program does what it does otherwise.</summary>
[TestClass]
public sealed class NativeAotTests
{
    [TestMethod]
    [TestCategory("Slow")] // needs the compiler's package, of 100 MB, from a package feed
    public void TheFirstProgramRunsAsNativeCode()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Inconclusive("Tried on Linux on x64 only.");
        }

        using Machine machine = new(feeds: true);
        Machine.Run("dotnet", Repository.Root, "pack", "src/MetaCritic", "-c", Repository.Configuration, "--no-build", "-o", machine.Feed);
        string source = File.ReadAllText(Path.Combine(Repository.Root, "examples", "FirstProgram", "Program.cs"));
        string folder = machine.WriteProgram("Native", source, "MetaCritic", "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>");

        string build = Machine.Run("dotnet", folder, "publish", "-c", "Release", "-r", "linux-x64", "-o", "native", "-p:IlcInstructionSet=x86-64-v3", "-p:CppCompilerAndLinker=gcc", "-warnaserror");
        Assert.DoesNotContain("warning", build);
        string managed = Machine.Run("dotnet", folder, "run", "-c", "Release", "-p:PublishAot=false");
        Assert.AreEqual(managed, Machine.Run(Path.Combine(folder, "native", "Native"), folder));

        // Without a word on the processor the package says what that means.
        Assert.Contains("METACRITIC001", Machine.Run("dotnet", folder, "publish", "-c", "Release", "-r", "linux-x64", "-o", "slow", "-p:CppCompilerAndLinker=gcc"));
    }
}
