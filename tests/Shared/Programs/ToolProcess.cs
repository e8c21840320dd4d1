using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MetaCritic.Tests.Shared;

/// <summary>The program that the project tests as a process of its own, to be killed or interrupted.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    private const int Interruption = 2;
    private const int Termination = 15;

    private readonly Process _process;
    private readonly Task<string> _output, _error;

    public ToolProcess(params IEnumerable<string> args)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // starts faster
        start.Environment.Remove("COLUMNS");
        foreach (string arg in (string[])[typeof(ProgramUnderTest).Assembly.Location, .. args])
        {
            start.ArgumentList.Add(arg);
        }

        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Sends SIGKILL.</summary>
    /// <returns>Whether it came before the process ended by itself.</returns>
    public bool Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended meanwhile.
        }

        ToolRun run = Wait();
        return run.ExitCode != 0;
    }

    /// <summary>Whether Ctrl-C has an effect here: shells let programs in the background ignore it, and those they start, too.</summary>
    public static bool CanBeInterrupted => !File.Exists("/proc/self/status") || (Ignored() & (1 << (Interruption - 1))) == 0;

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    [UnsupportedOSPlatform("windows")]
    public void Interrupt() => _ = SendSignal(_process.Id, Interruption);

    /// <summary>Sends SIGTERM.</summary>
    [UnsupportedOSPlatform("windows")]
    public void Terminate() => _ = SendSignal(_process.Id, Termination);

    /// <summary>Waits for the end.</summary>
    public ToolRun Wait()
    {
        if (!_process.WaitForExit(120_000))
        {
            _process.Kill();
            Assert.Fail($"The process did not end. It said: {_error.Result}");
        }

        return new(_process.ExitCode, _output.Result, _error.Result);
    }

    /// <summary>Waits until a file is there that is not the one of before, or the process has ended.</summary>
    public void WaitForChange(string file, DateTime before)
    {
        while (!HasExited && (!File.Exists(file) || File.GetLastWriteTimeUtc(file) == before))
        {
            Thread.Sleep(1);
        }
    }

    public void Dispose() => _process.Dispose();

    public override string ToString() => _process.Id.ToString(CultureInfo.InvariantCulture);

    private static long Ignored() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
