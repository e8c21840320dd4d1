namespace MetaCritic.Cli.CommandLine;

/// <summary>What a program tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Something failed that the input is not to blame for.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a file is not usable.</summary>
    public const int BadInput = 2;

    /// <summary>The user stopped it.</summary>
    public const int Cancelled = 130;
}
