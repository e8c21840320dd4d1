using MetaCritic.Baselines;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;

namespace MetaCritic.Tests.Hostile;

/// <summary>Damaged files of every kind that the engine reads: a result, or our own error that says where and what to do.</summary>
[TestClass]
public sealed class DamagedFileTests
{
    private const int Cases = 1_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic hostile ü").FullName;

    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Targets => EngineTargets.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> KeptFiles =>
        from kind in Kept.Kinds
        from version in Kept.Versions(kind.Kind)
        select new object[] { version, kind.Kind };

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Targets))]
    public void Files_damaged_at_random_give_a_result_or_our_error(string target) => Fuzz(target, 1, Cases);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Targets))]
    public void Files_damaged_a_million_times_give_a_result_or_our_error(string target) =>
        Fuzz(target, HostileTarget.LongSeed, HostileTarget.LongCases / EngineTargets.Names.Count);

    [TestMethod]
    [DynamicData(nameof(KeptFiles))]
    public void Files_of_every_format_version_are_read(int version, string kind)
    {
        string path = Kept.Path(version, kind);
        switch (kind)
        {
            case "critic":
                CriticModel.Load(path).Validate();
                break;
            case "policy":
                PolicyModel.Load(path).Validate();
                break;
            case "dynamics":
                Assert.AreEqual(0.05, LearnedDynamics.Load(path).Options.TimeStep);
                break;
            case "mctransitions":
                TransitionsData.Load(path, 4, 2).Validate();
                break;
            case "mcbaseline":
                using (OnlineMetaCritic baseline = EngineTargets.BaselineTrainer())
                {
                    baseline.LoadCheckpoint(path);
                    Assert.AreEqual(2, baseline.Iteration);
                }

                break;
            default:
                using (MetaTrainer trainer = EngineTargets.Trainer())
                {
                    trainer.LoadCheckpoint(path);
                    Assert.AreEqual(4, trainer.Iteration);
                }

                break;
        }
    }

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(KeptFiles))]
    public void Every_truncation_and_every_flipped_bit_is_refused(int version, string kind)
    {
        byte[] original = File.ReadAllBytes(Kept.Path(version, kind));
        TensorFileKind expected = Kept.Kinds.Single(one => one.Kind == kind).Holds;
        HostileRun run = new("sample");
        void Refuse(byte[] bytes, string what) => Assert.IsNotNull(run.Try(() => TensorFile.Load(new MemoryStream(bytes), expected, "sample"), () => what), what);
        for (int i = 0; i < original.Length; i++)
        {
            Refuse(original[..i], $"cut off at {i}");
            for (int bit = 0; bit < 8; bit++)
            {
                original[i] ^= (byte)(1 << bit);
                Refuse(original, $"bit {bit} of byte {i}");
                original[i] ^= (byte)(1 << bit);
            }
        }

        TestContext.WriteLine(run.ToString());
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("policy")]
    [DataRow("checkpoint")]
    [DataRow("baseline")]
    [DataRow("dynamics")]
    [DataRow("transitions")]
    [DataRow("URDF bytes")]
    [DataRow("MJCF")]
    [DataRow("options")]
    public void Every_truncation_and_every_flipped_bit_gives_a_result_or_our_error_even_signed(string name)
    {
        HostileTarget target = EngineTargets.Of(name, _folder);
        bool signed = name is "policy" or "checkpoint" or "baseline" or "dynamics" or "transitions";
        byte[] original = name switch
        {
            "policy" or "dynamics" => Kept.Files(name)[^1],
            "checkpoint" or "baseline" or "transitions" => Kept.Files("mc" + name)[^1],
            "options" => System.Text.Encoding.UTF8.GetBytes("{\"dynamics\":{\"timeStep\":0.05,\"torqueScale\":[1,2]},\"training\":{\"horizon\":50,\"taskLoss\":\"lateWindow\"}}"),
            "MJCF" => System.Text.Encoding.UTF8.GetBytes(Robots.SmallMjcf.Text),
            _ => System.Text.Encoding.UTF8.GetBytes(Robots.SmallUrdf.Text),
        };
        HostileRun run = new(target.Source);
        int bits = name is "checkpoint" or "baseline" or "dynamics" ? 1 : 8; // they are long, and reading them takes a while
        for (int i = 0; i < original.Length; i++)
        {
            if (bits == 8 || i % 8 == 0)
            {
                Read(original[..i], $"cut off at {i}");
            }

            for (int bit = 0; bit < bits; bit++)
            {
                int flipped = bits == 1 ? i % 8 : bit;
                byte[] copy = [.. original];
                copy[i] ^= (byte)(1 << flipped);
                Read(copy, $"bit {flipped} of byte {i}");
            }
        }

        TestContext.WriteLine(run.ToString());
        Assert.IsGreaterThan(0, run.Refused);

        void Read(byte[] bytes, string what) => run.Try(() => target.Read(signed ? Mutator.Signed(bytes) : bytes), () => what);
    }

    private void Fuzz(string name, int seed, int cases)
    {
        HostileRun run = EngineTargets.Of(name, _folder).Fuzz(seed, cases);
        TestContext.WriteLine($"{name}: {run}");
        Assert.IsGreaterThan(cases / 2, run.Refused);
        Assert.IsGreaterThan(0, run.Accepted);
    }
}
