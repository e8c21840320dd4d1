using System.Diagnostics;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>This assembly as a program of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it and waits.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="assembly">The assembly; null for this one.</param>
    /// <param name="environment">Variables that are set; null removes one.</param>
    /// <returns>Its exit code, and what it wrote to standard output.</returns>
    public static (int Code, string Output) Run(IEnumerable<string> arguments, string? assembly = null, params (string Name, string? Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // starts faster
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (string argument in arguments.Prepend(assembly ?? typeof(OwnProcess).Assembly.Location))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode is 0 or 3 ? output : output + error.Result);
    }
}
