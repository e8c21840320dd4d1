using System.IO.Pipes;
using MetaCritic.Models;
using Microsoft.ML;

namespace MetaCritic.ML.Tests.Loading;

/// <summary>Models go through streams that cannot seek, and load from a program's resources.</summary>
[TestClass]
public sealed class StreamTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task AModelGoesThroughAPipe(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = one.Create(_ml).Fit(data);
        using AnonymousPipeServerStream server = new(PipeDirection.Out);
        using AnonymousPipeClientStream client = new(PipeDirection.In, server.ClientSafePipeHandle);
        Assert.IsFalse(client.CanSeek || server.CanSeek);
        Task writing = Task.Run(
            () =>
            {
                _ml.Model.Save(transformer, data.Schema, server);
                server.Close();
            },
            TestContext.CancellationToken);
        ITransformer loaded = new MLContext().Model.Load(client, out DataViewSchema schema);
        await writing;
        Assert.AreEqual(Tables.Bits(transformer.Transform(data), one.Outputs), Tables.Bits(loaded.Transform(data), one.Outputs));
        Assert.IsNotNull(schema.GetColumnOrNull("Goal"));
    }

    [TestMethod]
    public async Task TheEnginesFilesGoThroughAPipe()
    {
        await Pass(Tables.Critic.Save, stream => Assert.AreEqual(Tables.Critic.TaskLoss, CriticModel.Load(stream, "pipe").TaskLoss));
        await Pass(Tables.Policy().Save, stream => CollectionAssert.AreEqual(Tables.Policy().Parameters.ToArray(), PolicyModel.Load(stream, "pipe").Parameters.ToArray()));
    }

    [TestMethod]
    public void ModelsLoadFromAProgramsResources()
    {
        using Stream zip = Resource("model.zip"), critic = Resource("two-link.critic");
        Assert.AreEqual(2, CriticTransformer.From(_ml, _ml.Model.Load(zip, out _)).Model.ActionSize);
        Assert.AreEqual("two-link", CriticModel.Load(critic, "two-link.critic").Robot!.Name);
    }

    private static Stream Resource(string name) => typeof(StreamTests).Assembly.GetManifestResourceStream(name)!;

    private async Task Pass(Action<Stream> save, Action<Stream> load)
    {
        using AnonymousPipeServerStream server = new(PipeDirection.Out);
        using AnonymousPipeClientStream client = new(PipeDirection.In, server.ClientSafePipeHandle);
        Task writing = Task.Run(
            () =>
            {
                save(server);
                server.Close();
            },
            TestContext.CancellationToken);
        load(client);
        await writing;
    }
}
