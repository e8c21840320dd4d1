using System.Buffers.Binary;
using System.Text;
using MetaCritic.ML.Saving;
using MetaCritic.Tests.Hostile;
using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>Damaged models in ML.NET's files: what they were, or our own error.</summary>
[TestClass]
public sealed class HostilePayloadTests
{
    private const int Cases = 700;
    private const int HashLength = 32;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("critic")]
    [DataRow("fitting")]
    [DataRow("policy")]
    [DataRow("dynamics")]
    public void ModelsDamagedAtRandomGiveAResultOrOurError(string kind) => Fuzz(kind, 1, Cases);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("critic")]
    [DataRow("fitting")]
    [DataRow("policy")]
    [DataRow("dynamics")]
    public void ModelsDamagedAMillionTimesGiveAResultOrOurError(string kind) => Fuzz(kind, HostileTarget.LongSeed, HostileTarget.LongCases / 4);

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("policy", 8)]
    [DataRow("critic", 1)]
    [DataRow("fitting", 1)]
    [DataRow("dynamics", 1)]
    public void EveryTruncationAndEveryFlippedBitIsRefused(string kind, int bits)
    {
        byte[] original = Kept(2, kind);
        HostileRun run = new("saved");
        for (int i = 0; i < original.Length; i++)
        {
            Refuse(original[..i], $"cut off at {i}");
            for (int n = 0; n < bits; n++)
            {
                int bit = bits == 1 ? i % 8 : n;
                original[i] ^= (byte)(1 << bit);
                Refuse(original, $"bit {bit} of byte {i}");
                original[i] ^= (byte)(1 << bit);
            }
        }

        TestContext.WriteLine($"{kind}: {run}");

        void Refuse(byte[] bytes, string what) => Assert.IsNotNull(run.Try(() => Read(kind, Convert.ToBase64String(bytes)), () => what), what);
    }

    [TestMethod]
    [DataRow("\"outputs\":[\"Policy\"", "\"outputs\":[null")]
    [DataRow("\"outputs\":[\"Policy\",", "\"outputs\":[")]
    [DataRow("\"Converged\"]", "\"Converged\",\"More\"]")]
    [DataRow("[[\"Mass\",\"arm2.mass\"]]", "[[\"Mass\"]]")]
    [DataRow("[[\"Mass\",\"arm2.mass\"]]", "[null]")]
    [DataRow("[[\"Mass\",\"arm2.mass\"]]", "[[\"Mass\",null]]")]
    [DataRow("[[\"Mass\",\"arm2.mass\"]]", "[[\"Mass\",\"arm2.mass\"],[\"Mass\",\"arm1.mass\"]]")]
    [DataRow("[[\"Mass\",\"arm2.mass\"]]", "[[\"Mass\",\"arm9.mass\"]]")]
    [DataRow("\"goals\":[\"Goal1\",\"Goal2\"]", "\"goals\":null")]
    [DataRow("\"goals\":[\"Goal1\",\"Goal2\"]", "\"goals\":[\"Goal1\",null]")]
    [DataRow("\"goals\":[\"Goal1\",\"Goal2\"]", "\"goals\":[\"Goal1\",\"Goal1\"]")]
    [DataRow("\"goals\":[\"Goal1\",\"Goal2\"]", "\"goals\":[\"Goal1\",\"Goal2\",\"Goal3\"]")]
    [DataRow("\"goal\":\"Goal\",", "")]
    [DataRow("\"goal\":\"Goal\",", "\"goal\":\"Goal\",\"goal\":\"Goal\",")]
    [DataRow("\"goal\":\"Goal\",", "\"goal\":\"Goal\",\"more\":1,")]
    [DataRow("\"seed\":0", "\"seed\":-1")]
    [DataRow("\"steps\":3", "\"steps\":-3")]
    [DataRow("\"steps\":3", "\"steps\":2147483648")]
    [DataRow("\"fitting\":{", "\"fitting\":null,\"x\":{")]
    [DataRow("\"format\":1", "\"format\":0")]
    [DataRow("\"format\":1", "\"format\":1.5")]
    [DataRow("\"robot\":\"{", "\"robot\":\"[")]
    [DataRow("\\u0022gravity\\u0022", "\\u0022gravitas\\u0022")]
    public void WrongHeadersAreRefused(string from, string to)
    {
        (string json, byte[] model) = Parts(Kept(1, "fitting"));
        Assert.Contains(from, json);
        string text = Convert.ToBase64String(Joined(json.Replace(from, to, StringComparison.Ordinal), model));
        Assert.IsNotNull(new HostileRun("saved policy fitting").Try(() => Read("fitting", text), () => to));
    }

    private void Fuzz(string kind, int seed, int cases)
    {
        HostileTarget target = new($"{kind} in ML.NET", "saved", mutator => Damaged(mutator, Kept(kind == "dynamics" ? 2 : mutator.Below(2) + 1, kind)), bytes => Read(kind, Convert.ToBase64String(bytes)));
        HostileRun run = target.Fuzz(seed, cases);
        TestContext.WriteLine($"{kind}: {run}");
        Assert.IsGreaterThan(cases / 2, run.Refused);
        Assert.IsGreaterThan(0, run.Accepted);
    }

    // The header as text, or the model as a container; signed again where the format has a checksum.
    private static byte[] Damaged(Mutator mutator, byte[] original)
    {
        (string json, byte[] model) = Parts(original);
        if (mutator.Below(10) == 0)
        {
            return mutator.Bytes(original, original);
        }

        if (mutator.Below(3) > 0)
        {
            json = mutator.Text(json, json);
        }
        else
        {
            model = mutator.Container(model, model);
        }

        byte[] damaged = Joined(json, model);
        return json.Contains("\"format\":2", StringComparison.Ordinal) && mutator.Below(20) > 0 ? Mutator.Signed([.. damaged, .. new byte[HashLength]]) : damaged;
    }

    private static byte[] Joined(string json, byte[] model)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes(text.Length), .. text, .. model];
    }

    private static (string Json, byte[] Model) Parts(byte[] bytes)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        string json = Encoding.UTF8.GetString(bytes, 4, length);
        return (json, bytes[(4 + length)..^(json.StartsWith("{\"format\":1,", StringComparison.Ordinal) ? 0 : HashLength)]);
    }

    private static byte[] Kept(int version, string kind) =>
        Convert.FromBase64String(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "models", FormattableString.Invariant($"v{version}-{kind}.txt"))));

    private static void Read(string kind, string text)
    {
        string again = kind switch
        {
            "critic" => new CriticMapping().Write(new CriticMapping().Read(text)),
            "fitting" => new FittingMapping().Write(new FittingMapping().Read(text)),
            "dynamics" => new DynamicsMapping().Write(new DynamicsMapping().Read(text)),
            _ => new PolicyMapping().Write(new PolicyMapping().Read(text)),
        };
        Assert.AreNotEqual("", again);
    }
}
