using MetaCritic.Learning;
using MetaCritic.Monitoring;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>The critic's trainer and transformer: values, messages, logs, checkpoints.</summary>
[TestClass]
public sealed class CriticTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Scored
    {
        public float Score { get; set; }

        [VectorType(2)]
        public float[] ActionGradient { get; set; } = [];
    }

    [TestMethod]
    public void ScoresAndGradientsAreTheEngines()
    {
        CriticTransformer critic = CriticTransformer.From(_ml, Tables.Critic, new() { ActionGradientColumnName = "ActionGradient" });
        IDataView scored = critic.Transform(Tables.All(_ml));
        Scored[] rows = [.. _ml.Data.CreateEnumerable<Scored>(scored, reuseRowObject: false)];
        PredictionEngine<Row, Scored> engine = _ml.Model.CreatePredictionEngine<Row, Scored>(critic);
        Row[] table = Tables.Rows();
        Assert.HasCount(table.Length, rows);
        for (int i = 0; i < table.Length; i++)
        {
            double[] gradient = new double[2];
            float score = Tables.Critic.Score(Doubles(table[i].State), Doubles(table[i].Action), Doubles(table[i].Goal), gradient);
            Scored single = engine.Predict(table[i]);
            Assert.AreEqual(score, rows[i].Score);
            Assert.AreEqual(score, single.Score);
            CollectionAssert.AreEqual(Array.ConvertAll(gradient, x => (float)x), rows[i].ActionGradient);
            CollectionAssert.AreEqual(rows[i].ActionGradient, single.ActionGradient);
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["ActionGradient"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(Tables.Robot.MovableJoints.Select(joint => joint.Name).ToArray(), names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void TheTrainerTrainsAsTheEngineDoes()
    {
        CriticTransformer trained = _ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer()).Fit(Tables.All(_ml));
        using MetaTrainer engine = new(
            Tables.Robot, TaskPreset.TwoLink.Dynamics, new() { Goals = [.. Tables.Rows().Select(row => Doubles(row.Goal))] }, Tables.Training);
        Assert.IsTrue(engine.Train().Parameters.Span.SequenceEqual(trained.Model.Parameters.Span));
    }

    [TestMethod]
    public void GoalsCanHaveRobotsOfTheirOwn()
    {
        CriticTrainer.Options options = new() { Robot = Tables.Robot, Training = Tables.Training, DynamicsColumns = { ["Mass"] = "arm2.mass" } };
        CriticTransformer trained = _ml.MetaCritic().Trainers.Critic(options).Fit(Tables.All(_ml));
        using MetaTrainer engine = new(
            Tables.Robot,
            TaskPreset.TwoLink.Dynamics,
            new()
            {
                Goals = [.. Tables.Rows().Select(row => Doubles(row.Goal))],
                ParameterNames = ["arm2.mass"],
                ParameterValues = [.. Tables.Rows().Select(row => new[] { (double)row.Mass })],
            },
            Tables.Training);
        Assert.IsTrue(engine.Train().Parameters.Span.SequenceEqual(trained.Model.Parameters.Span));

        CriticTrainer.Options unknown = new() { Robot = Tables.Robot, DynamicsColumns = { ["Mass"] = "arm3.mass" } };
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(unknown));
        Assert.Contains("DynamicsColumns[\"Mass\"]", e.Message);
        Row[] rows = Tables.Rows();
        rows[2].Mass = -1;
        e = Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(options).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("row 3", e.Message);
        e = Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(options).Fit(Tables.Only(_ml, "Goal")));
        Assert.Contains("\"Mass\"", e.Message);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(191)]
    [DataRow(192)]
    [DataRow(193)]
    [DataRow(1000)]
    public void BlocksOfRowsGiveTheBitsOfSingleOnes(int count)
    {
        CriticTransformer critic = CriticTransformer.From(_ml, Tables.Critic, new() { ActionGradientColumnName = "ActionGradient" });
        Row[] table = Tables.Rows(count);
        IDataView scored = critic.Transform(_ml.Data.LoadFromEnumerable(table));
        double[] gradient = new double[2];
        float[] scores = new float[count];
        string[] gradients = new string[count];
        for (int i = 0; i < count; i++)
        {
            scores[i] = Tables.Critic.Score(Doubles(table[i].State), Doubles(table[i].Action), Doubles(table[i].Goal), gradient);
            gradients[i] = string.Join(" ", gradient.Select(x => (float)x));
        }

        CollectionAssert.AreEqual(scores, scored.GetColumn<float>("Score").ToArray());
        CollectionAssert.AreEqual(gradients, scored.GetColumn<float[]>("ActionGradient").Select(g => string.Join(" ", g)).ToArray());

        // Columns of the table beside them, and the rows' positions and identities.
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema), plain = scored.GetRowCursor([scored.Schema["Mass"]]);
        ValueGetter<float> mass = cursor.GetGetter<float>(scored.Schema["Mass"]), score = cursor.GetGetter<float>(scored.Schema["Score"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter(), plainId = plain.GetIdGetter();
        DataViewRowId first = default, second = default;
        float value = 0;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            Assert.IsTrue(plain.MoveNext());
            Assert.AreEqual(i, cursor.Position);
            mass(ref value);
            Assert.AreEqual(table[i].Mass, value);
            score(ref value);
            Assert.AreEqual(scores[i], value);
            id(ref first);
            plainId(ref second);
            Assert.AreEqual(second, first);
        }

        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(plain.MoveNext());
        IDataView shuffled = _ml.Data.ShuffleRows(scored, seed: 3);
        CollectionAssert.AreEquivalent(scores, shuffled.GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void ATableThatCannotBeReadTwiceIsSaid()
    {
        int left = 300;
        IEnumerable<Row> Once()
        {
            Row[] rows = Tables.Rows(300);
            while (left > 0)
            {
                yield return rows[--left];
            }
        }

        IDataView scored = EstimatorCase.Critic(_ml).Transform(_ml.Data.LoadFromEnumerable(Once()));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Mass"], scored.Schema["Score"]]);
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
        Assert.Contains("fewer rows when it was read again", e.Message);
    }

    [TestMethod]
    public void AWrongNumberOfJointsIsSaidWithColumnAndBothSizes()
    {
        CriticTrainer trainer = _ml.MetaCritic().Trainers.Critic(RobotModel.KukaIiwa7);
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => trainer.Fit(Tables.All(_ml)));
        Assert.Contains("\"Goal\"", e.Message);
        Assert.Contains("2 components", e.Message);
        Assert.Contains("7 joints", e.Message);

        CriticTransformer critic = CriticTransformer.From(_ml, Tables.Critic, new() { ActionColumnName = "State" });
        e = Assert.ThrowsExactly<InvalidInputException>(() => critic.Transform(Tables.All(_ml)).GetColumn<float>("Score").ToArray());
        Assert.Contains("\"State\"", e.Message);
        Assert.Contains("4 components", e.Message);
        Assert.Contains("2 action components", e.Message);

        e = Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options { Robot = Tables.Robot, GoalColumns = ["Goal1", "Goal2", "Mass"] }));
        Assert.Contains("GoalColumns", e.Message);
        Assert.Contains("3 columns", e.Message);
    }

    [TestMethod]
    public void ALoadedCriticChecksSizesToo()
    {
        using MemoryStream stream = new();
        CriticTransformer critic = EstimatorCase.Critic(_ml);
        _ml.Model.Save(critic, Tables.All(_ml).Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _ml.Model.Load(stream, out _);
        IDataView all = Tables.All(_ml);
        IDataView wrong = _ml.Transforms.Concatenate("Goal", "Goal1", "Goal2", "Mass").Fit(all).Transform(all);
        Exception e = Assert.Throws<Exception>(() => loaded.Transform(wrong).GetColumn<float>("Score").ToArray());
        while (e is not InvalidInputException && e.InnerException is { } inner)
        {
            e = inner;
        }

        Assert.Contains("\"Goal\"", e.Message);
        Assert.Contains("3 components", e.Message);
    }

    [TestMethod]
    public void OptionsAreRefusedByName()
    {
        (string Name, CriticTrainer.Options Options)[] cases =
        [
            ("Robot", new()),
            ("GoalColumnName", new() { Robot = Tables.Robot, GoalColumnName = "" }),
            ("ScoreColumnName", new() { Robot = Tables.Robot, ActionGradientColumnName = "Score" }),
            ("StartStateColumnName", new() { Robot = Tables.Robot, StartStateColumnName = "" }),
            ("iterations", new() { Robot = Tables.Robot, NumberOfIterations = 0 }),
            ("policyLearningRate", new() { Robot = Tables.Robot, Training = new() { PolicyLearningRate = -1 } }),
            ("timeStep", new() { Robot = Tables.Robot, Dynamics = new() { TimeStep = 0 } }),
        ];
        foreach ((string name, CriticTrainer.Options options) in cases)
        {
            Assert.Contains($"options.{name}", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Critic(options)).Message);
        }
    }

    [TestMethod]
    public void BadValuesAreSaidWithColumnAndRow()
    {
        Row[] rows = Tables.Rows();
        rows[3].Goal[1] = float.NaN;
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(
            () => _ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer()).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("\"Goal\", row 4", e.Message);
        e = Assert.ThrowsExactly<InvalidInputException>(
            () => _ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer()).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Row>())));
        Assert.Contains("no rows", e.Message);
    }

    [TestMethod]
    public void ProgressGoesIntoATableAndToTensorBoard()
    {
        string folder = Directory.CreateTempSubdirectory("mlnet").FullName;
        try
        {
            string table = Path.Combine(folder, "metrics.csv");
            using (TrainingLog log = new(table))
            using (TensorBoardLog board = new(Path.Combine(folder, "run")))
            {
                CriticTrainer.Options options = new() { Robot = Tables.Robot, Training = Tables.Training, Progress = new ProgressGroup<MetaTrainingProgress>(log, board) };
                _ = _ml.MetaCritic().Trainers.Critic(options).Fit(Tables.All(_ml));
            }

            Assert.HasCount(1 + Tables.Training.Iterations, File.ReadAllLines(table));
            Assert.IsGreaterThan(100 * Tables.Training.Iterations, new FileInfo(Directory.GetFiles(Path.Combine(folder, "run")).Single()).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void ProgressIsLoggedAndReported()
    {
        List<string> log = [];
        _ml.Log += (_, e) => log.Add(e.Message);
        List<int> reports = [];
        CriticTrainer.Options options = new() { Robot = Tables.Robot, Training = Tables.Training, Progress = new Immediate<MetaTrainingProgress>(p => reports.Add(p.Completed)) };
        _ml.MetaCritic().Trainers.Critic(options).Fit(Tables.All(_ml));
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, reports);
        Assert.IsTrue(log.Exists(line => line.Contains("Meta-training a critic", StringComparison.Ordinal)), string.Join('\n', log));
        Assert.IsTrue(log.Exists(line => line.Contains("Meta-iteration 3 of 3", StringComparison.Ordinal)), string.Join('\n', log));
    }

    [TestMethod]
    public void ACancelledTrainingGoesOnFromItsCheckpoint()
    {
        string folder = Directory.CreateTempSubdirectory("mlnet").FullName;
        using CancellationTokenSource source = new();
        CriticTrainer.Options Options(CancellationToken token, IProgress<MetaTrainingProgress>? progress) => new()
        {
            Robot = Tables.Robot,
            Training = Tables.Training,
            CheckpointFolder = folder,
            ResumeFromCheckpoint = true,
            CancellationToken = token,
            Progress = progress,
        };
        CriticTrainer cancelled = _ml.MetaCritic().Trainers.Critic(Options(source.Token, new Immediate<MetaTrainingProgress>(_ => source.Cancel())));
        Assert.Throws<OperationCanceledException>(() => cancelled.Fit(Tables.All(_ml)));
        List<int> rest = [];
        CriticTransformer resumed = _ml.MetaCritic().Trainers.Critic(Options(default, new Immediate<MetaTrainingProgress>(p => rest.Add(p.Completed)))).Fit(Tables.All(_ml));
        CollectionAssert.AreEqual(new[] { 2, 3 }, rest);
        CriticTransformer whole = _ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer()).Fit(Tables.All(_ml));
        Assert.IsTrue(whole.Model.Parameters.Span.SequenceEqual(resumed.Model.Parameters.Span));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void AModelWithoutACriticOrWithTwoIsRefused()
    {
        IDataView data = Tables.All(_ml);
        ITransformer copy = _ml.Transforms.CopyColumns("A", "Mass").Fit(data);
        Assert.Contains("no critic", Assert.ThrowsExactly<InvalidInputException>(() => CriticTransformer.From(_ml, copy)).Message);
        TransformerChain<ITransformer> two = new(EstimatorCase.Critic(_ml), EstimatorCase.Critic(_ml));
        Assert.Contains("2 of critic", Assert.ThrowsExactly<InvalidInputException>(() => CriticTransformer.From(_ml, two)).Message);
    }

    [TestMethod]
    public void NothingIsScoredBeforeACursorAsks()
    {
        int read = 0;
        IEnumerable<Row> Rows()
        {
            foreach (Row row in Tables.Rows())
            {
                read++;
                yield return row;
            }
        }

        IDataView scored = EstimatorCase.Critic(_ml).Transform(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.AreEqual(0, read);
        Assert.AreEqual(6, scored.GetColumn<float>("Score").Count());
        Assert.AreEqual(6, read);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
