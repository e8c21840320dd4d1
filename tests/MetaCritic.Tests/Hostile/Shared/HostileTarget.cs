using System.Globalization;

namespace MetaCritic.Tests.Hostile;

/// <summary>Something that reads files which may come from anywhere.</summary>
/// <param name="Name">What it is called in tests.</param>
/// <param name="Source">What its errors must name.</param>
/// <param name="Damage">Damages a file from the fixed corpus.</param>
/// <param name="Read">Reads a file, and uses what comes out.</param>
internal sealed record HostileTarget(string Name, string Source, Func<Mutator, byte[]> Damage, Action<byte[]> Read)
{
    /// <summary>Cases of a long run: METACRITIC_FUZZ_CASES, or 1,000,000 over all targets.</summary>
    public static int LongCases { get; } = Setting("METACRITIC_FUZZ_CASES", 1_000_000);

    /// <summary>Seed of a long run: METACRITIC_FUZZ_SEED, or 2.</summary>
    public static int LongSeed { get; } = Setting("METACRITIC_FUZZ_SEED", 2);

    /// <summary>Reads many damaged files.</summary>
    public HostileRun Fuzz(int seed, int cases)
    {
        Mutator mutator = new(seed);
        HostileRun run = new(Source);
        for (int i = 0; i < cases; i++)
        {
            byte[] file = Damage(mutator);
            run.Try(() => Read(file), () => $"{Name}, seed {seed}, case {i}: {Convert.ToBase64String(file)}");
        }

        return run;
    }

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
