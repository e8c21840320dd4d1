using MetaCritic.Cli.Commands;
using MetaCritic.Learning;
using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary><c>metacritic inspect</c> finds our models in what ML.NET saves, without ML.NET.</summary>
[TestClass]
public sealed class InspectTests
{
    private readonly MLContext _ml = new(seed: 1);

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EveryModelIsFoundInWhatIsSaved(string name)
    {
        (string path, ITransformer model) = Save(name);
        List<MlNetFile.Model> found = MlNetFile.Read(path, out string version);
        string[] expected = name.StartsWith("roll-out", StringComparison.Ordinal) ? ["PolicyFitting", "Rollout"]
            : [name.StartsWith("critic", StringComparison.Ordinal) ? "Critic" : name == "policy" ? "Policy" : name.StartsWith("dynamics", StringComparison.Ordinal) ? "Dynamics" : "PolicyFitting"];
        CollectionAssert.AreEqual(expected, found.Select(one => one.Kind).ToArray());
        Assert.StartsWith("5.", version);
        foreach (MlNetFile.Model one in found)
        {
            using MemoryStream stream = new(one.File);
            ModelFile file = ModelFile.Read(stream, one.Place);
            Assert.AreEqual(one.Kind switch { "Policy" => "policy", "Dynamics" => "dynamics", _ => "critic" }, file.Kind);
            Assert.AreEqual(one.File.Length, file.Length);
            Assert.IsNotNull(one.Settings);
        }

        if (model is CriticTransformer critic)
        {
            using MemoryStream same = new();
            critic.Model.Save(same);
            CollectionAssert.AreEqual(same.ToArray(), found[0].File);
        }
    }

    [TestMethod]
    public void OtherModelsAreNone()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlnet").FullName, "model.zip");
        IDataView data = Tables.All(_ml);
        ITransformer other = _ml.Transforms.Conversion.MapValueToKey("Key", "Kind").Append(_ml.Transforms.Conversion.MapValue("V", [new KeyValuePair<string, string>("odd", "x")], "Kind")).Fit(data);
        _ml.Model.Save(other, data.Schema, path);
        Assert.IsEmpty(MlNetFile.Read(path, out _));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000)]
    public void DamagedFilesGiveAResultOrOurError()
    {
        (string path, _) = Save("critic");
        byte[] bytes = File.ReadAllBytes(path);
        int refused = 0;
        for (int i = 0; i < bytes.Length; i += 3)
        {
            foreach (byte[] damaged in (byte[][])[[.. bytes[..i], (byte)(bytes[i] ^ (1 << (i % 8))), .. bytes[(i + 1)..]], i % 5 == 0 ? bytes[..i] : bytes[..10]])
            {
                File.WriteAllBytes(path, damaged);
                try
                {
                    foreach (MlNetFile.Model one in MlNetFile.Read(path, out _))
                    {
                        using MemoryStream stream = new(one.File);
                        _ = ModelFile.Read(stream, one.Place);
                    }
                }
                catch (InvalidInputException)
                {
                    refused++;
                }
            }
        }

        TestContext.WriteLine($"{refused} of {bytes.Length} and more refused");
        Assert.IsGreaterThan(100, refused);
    }

    private (string Path, ITransformer Model) Save(string name)
    {
        IDataView data = Tables.All(_ml);
        ITransformer model = EstimatorCase.Of(name).Create(_ml).Fit(data);
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, "inspect")).FullName, $"{Guid.NewGuid():N}.zip");
        _ml.Model.Save(model, data.Schema, path);
        return (path, model);
    }
}
