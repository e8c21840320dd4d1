using MetaCritic.ML.TorchSharp.Native;
using Microsoft.ML;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Torch is looked at before it is loaded; what is missing is one clear error.</summary>
[TestClass]
public sealed class RuntimeTests : TorchTests
{
    [TestMethod]
    public void Without_the_copy_an_older_system_is_told_what_to_do()
    {
        (int code, string output) = OwnProcess.Run(["load"], environment: (TorchRuntime.CompatibleCopyVariable, null));
        if (TorchRuntime.LoadedCopy is null)
        {
            Assert.AreEqual(0, code, output);
            Assert.Contains("loaded TorchSharp's own library", output);
            return;
        }

        Assert.AreEqual(3, code, output);
        foreach (string part in new[] { "InvalidInputException", "GLIBCXX_3.4.", "libstdc++.so.6", "Debian 13", "METACRITIC_TORCH_COMPATIBLE_COPY=1" })
        {
            Assert.Contains(part, output);
        }
    }

    [TestMethod]
    public void The_environment_variable_allows_the_copy()
    {
        (int code, string output) = OwnProcess.Run(["load"], environment: (TorchRuntime.CompatibleCopyVariable, "1"));
        Assert.AreEqual(0, code, output);
        Assert.Contains("loaded", output);
    }

    [TestMethod]
    public void Without_libtorch_the_package_is_named()
    {
        using Workspace folder = new();
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => !file.EndsWith(".deps.json", StringComparison.Ordinal)))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        (int code, string output) = OwnProcess.Run(["load"], folder[Path.GetFileName(typeof(RuntimeTests).Assembly.Location)]);
        Assert.AreEqual(3, code, output);
        Assert.Contains("is not among the files of this program", output);
        Assert.Contains("Add the package TorchSharp-cpu", output);
    }

    [TestMethod]
    public void The_copy_differs_in_the_flag_of_one_requirement()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Libraries of this format are Linux's.");
        }

        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        ElfFile library = new(path);
        ElfNeed need = library.Needs.Single(need => need.Name == "GLIBCXX_3.4.32");
        CollectionAssert.AreEqual(new[] { "_ZSt21ios_base_library_initv" }, library.SymbolsOf(need).ToArray());
        byte[] before = File.ReadAllBytes(path), after = library.WithWeak([need]);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        CollectionAssert.AreEqual(new[] { need.FlagsOffset }, changed);
        Assert.AreEqual(before[need.FlagsOffset] | 2, (int)after[need.FlagsOffset]);
    }

    [TestMethod]
    public void A_file_that_is_no_library_is_an_error()
    {
        using Workspace folder = new();
        File.WriteAllText(folder["a.so"], new string('x', 100));
        Assert.ThrowsExactly<InvalidDataException>(() => new ElfFile(folder["a.so"]));
        byte[] damaged = [.. "\u007fELF\u0002\u0001"u8.ToArray(), .. Enumerable.Repeat((byte)0xFF, 100)];
        File.WriteAllBytes(folder["b.so"], damaged);
        Assert.ThrowsExactly<InvalidDataException>(() => new ElfFile(folder["b.so"]));
    }

    [TestMethod]
    public void Settings_of_loading_come_too_late_afterwards() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => TorchRuntime.UseCompatibleCopy = false);

    [TestMethod]
    public void The_device_is_chosen_as_ML_NETs_own_trainers_do()
    {
        Assert.AreEqual("cpu", TorchRuntime.Device(new MLContext()).ToString());
        Assert.AreEqual("cpu", TorchRuntime.Device(new MLContext { GpuDeviceId = 99, FallbackToCpu = true }).ToString());
        Assert.Contains(
            "Fallback to CPU is false but no GPU detected",
            Assert.ThrowsExactly<InvalidInputException>(() => TorchRuntime.Device(new MLContext { GpuDeviceId = 99, FallbackToCpu = false })).Message);
    }
}
