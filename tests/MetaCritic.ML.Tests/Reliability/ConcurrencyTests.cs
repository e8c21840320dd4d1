using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML.Tests.Reliability;

/// <summary>One transformer for many threads, and engines disposed of while they predict.</summary>
[TestClass]
public sealed class ConcurrencyTests
{
    private const int ThreadCount = 32;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Transformers => [["critic"], ["fitting"], ["policy"], ["dynamics"], ["loaded"]];

    [TestMethod]
    [DynamicData(nameof(Transformers))]
    public void OneTransformerServesManyThreads(string kind)
    {
        IDataView all = Tables.All(_ml);
        CriticTransformer critic = EstimatorCase.Critic(_ml);
        ITransformer transformer = kind switch
        {
            "critic" => critic,
            "policy" => PolicyTransformer.From(_ml, Tables.Policy()),
            "fitting" => _ml.MetaCritic().Transforms.FitPolicies(critic, EstimatorCase.Fitting()).Fit(all),
            "dynamics" => _ml.MetaCritic().Trainers.Dynamics(EstimatorCase.Dynamics()).Fit(all),
            _ => Reloaded(critic, all),
        };
        string[] columns = kind switch { "policy" => ["Action"], "dynamics" => ["PredictedState"], "fitting" => ["Policy", "Score", "Steps", "LearningCurve"], _ => ["Score"] };
        string alone = Tables.Bits(transformer.Transform(all), columns);
        IDataView shared = transformer.Transform(all);
        string[] found = new string[2 * ThreadCount];
        Thread[] threads = [.. Enumerable.Range(0, ThreadCount).Select(i => new Thread(() =>
        {
            found[2 * i] = Tables.Bits(shared, columns);
            found[(2 * i) + 1] = Tables.Bits(transformer.Transform(Tables.All(new MLContext())), columns);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsTrue(found.All(bits => bits == alone));
    }

    [TestMethod]
    public void AnEngineDisposedOfWhileItPredictsFinishesOrSaysSo()
    {
        CriticTransformer critic = EstimatorCase.Critic(_ml);
        Row row = Tables.Rows()[1];
        float expected = _ml.Model.CreatePredictionEngine<Row, Scored>(critic).Predict(row).Score;
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            PredictionEngine<Row, Scored> engine = _ml.Model.CreatePredictionEngine<Row, Scored>(critic);
            int spins = random.Next(50_000);
            bool stop = false;
            Exception? failure = null;
            using Barrier barrier = new(2);
            Thread user = new(() =>
            {
                barrier.SignalAndWait();
                try
                {
                    while (!Volatile.Read(ref stop))
                    {
                        Assert.AreEqual(expected, engine.Predict(row).Score);
                    }
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            user.Start();
            barrier.SignalAndWait();
            Thread.SpinWait(spins);
            engine.Dispose();
            Thread.SpinWait(spins);
            Volatile.Write(ref stop, true);
            user.Join();
            Assert.IsTrue(failure is null or ObjectDisposedException, failure?.ToString());
        }

        Assert.AreEqual(expected, _ml.Model.CreatePredictionEngine<Row, Scored>(critic).Predict(row).Score, "the transformer is untouched");
    }

    [TestMethod]
    public void AModelIsSavedWholeThroughAtomicFile()
    {
        IDataView all = Tables.All(_ml);
        CriticTransformer critic = EstimatorCase.Critic(_ml);
        string file = Path.Combine(Directory.CreateTempSubdirectory("metacritic ml").FullName, "critic.zip");
        AtomicFile.Write(file, stream => _ml.Model.Save(critic, all.Schema, stream));
        byte[] first = File.ReadAllBytes(file);
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(file, stream =>
        {
            _ml.Model.Save(critic, all.Schema, stream);
            throw new InvalidOperationException();
        }));
        CollectionAssert.AreEqual(first, File.ReadAllBytes(file));
        Assert.AreEqual(Tables.Bits(critic.Transform(all), "Score"), Tables.Bits(_ml.Model.Load(file, out _).Transform(all), "Score"));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [TestMethod]
    public void TrainingsAtOnceLogAndFitAsOneAlone()
    {
        IDataView goals = Tables.All(_ml);
        CriticTrainer.Options options = new() { Robot = Tables.Robot, Dynamics = TaskPreset.TwoLink.Dynamics, Training = Tables.Training with { Threads = 2 } };
        float[] alone = _ml.MetaCritic().Trainers.Critic(options).Fit(goals).Model.Parameters.ToArray();
        CriticTrainer trainer = _ml.MetaCritic().Trainers.Critic(options);
        float[][] found = new float[16][];
        Thread[] threads = [.. Enumerable.Range(0, found.Length).Select(i => new Thread(() => found[i] = trainer.Fit(goals).Model.Parameters.ToArray()))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        foreach (float[] parameters in found)
        {
            CollectionAssert.AreEqual(alone, parameters);
        }
    }

    [TestMethod]
    public void WarningsAndDivergencesAreLoggedOnce()
    {
        // Damping that the explicit integrator cannot follow: every policy of every meta-iteration diverges.
        List<string> lines = [];
        _ml.Log += (_, line) => lines.Add(line.Message);
        CriticTrainer trainer = _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
        {
            Robot = RobotModel.TwoLink.With("interArm.damping", 1e6),
            Dynamics = new RigidBodyOptions { TimeStep = 0.05, TorqueScale = [5] },
            Training = Tables.Training with { Iterations = 30, Horizon = 40 },
        });
        Assert.ThrowsExactly<NothingLearnedException>(() => trainer.Fit(Tables.All(_ml)));
        Assert.HasCount(1, lines.Where(line => line.Contains("joint \"interArm\"", StringComparison.Ordinal) && line.Contains("further ones are not logged", StringComparison.Ordinal)).ToArray());
        Assert.HasCount(1, lines.Where(line => line.Contains("no policy has counted in 20 meta-iterations", StringComparison.Ordinal)).ToArray());
    }

    private ITransformer Reloaded(CriticTransformer critic, IDataView data)
    {
        using MemoryStream stream = new();
        _ml.Model.Save(critic, data.Schema, stream);
        stream.Position = 0;
        return _ml.Model.Load(stream, out _);
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
