using System.Diagnostics;
using System.Globalization;

namespace MetaCritic.ML.Tests;

/// <summary>The layer in processes under other cultures, and without a home: the same bits and the same words.</summary>
[TestClass]
public sealed class MachineTests
{
    private const string Invariant = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    private static readonly Lazy<string> Expected = new(() => Run("", new() { [Invariant] = "1" }));

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("tr-TR")]
    [DataRow("de-DE")]
    [DataRow("")]
    public void EveryMachineGivesTheSame(string culture)
    {
        if (culture.Length == 0)
        {
            Assert.AreEqual(Expected.Value, Run("", new() { [Invariant] = "1", ["HOME"] = null, ["XDG_CONFIG_HOME"] = null, ["USERPROFILE"] = null }));
            return;
        }

        if (!HasCultures())
        {
            Assert.Inconclusive("There is no ICU on this machine; .NET knows the invariant culture only.");
        }

        Assert.AreEqual(Expected.Value, Run(culture, new() { [Invariant] = "0", ["LC_ALL"] = culture.Replace('-', '_') + ".UTF-8" }));
    }

    private static string Run(string culture, Dictionary<string, string?> environment)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(MachineTests).Assembly.Location);
        start.ArgumentList.Add(MachineFlow.Argument);
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        string[] parts = output.Split('\n', 2);
        if (OperatingSystem.IsLinux())
        {
            Assert.AreEqual(culture, parts[0].Trim()); // elsewhere the system's settings decide
        }

        return parts[1];
    }

    private static bool HasCultures()
    {
        try
        {
            return new CultureInfo("tr-TR").NumberFormat.NumberDecimalSeparator == ",";
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }
}
