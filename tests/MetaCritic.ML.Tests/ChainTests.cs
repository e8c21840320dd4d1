using System.Globalization;
using MetaCritic.ML.Rows;
using MetaCritic.ML.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>Every estimator as a link of chains that ML.NET fits, saves and loads.</summary>
[TestClass]
public sealed class ChainTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    public static IEnumerable<object[]> Links => EstimatorCase.All.SelectMany(one => new[] { "alone", "first", "middle", "last", "nested" }.Select(link => new object[] { one.Name, link }));

    [TestMethod]
    [DynamicData(nameof(Links))]
    public void AChainIsFittedOnTheColumnsOfTrainingAndScoresRowsThatHaveAll(string name, string link)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView all = Tables.All(_ml), training = Tables.Only(_ml, one.Training);
        IEstimator<ITransformer> estimator = one.Create(_ml), before = _ml.Transforms.CopyColumns("Before", one.Training[0]), after = _ml.Transforms.CopyColumns("After", one.Training[0]);
        ITransformer chain = (link switch
        {
            "alone" => new EstimatorChain<ITransformer>().Append(estimator),
            "first" => estimator.Append(after),
            "middle" => before.Append(estimator).Append(after),
            "last" => before.Append(estimator),
            _ => before.Append(before.Append(estimator)).Append(after),
        }).Fit(training);
        string expected = Tables.Bits(one.Create(_ml).Fit(training).Transform(all), one.Outputs);
        string schema = Tables.Text(chain.Transform(all).Schema);
        string[] predicted = Predictions(chain);
        Assert.AreEqual(expected, Tables.Bits(chain.Transform(all), one.Outputs));
        MLContext other = new();
        foreach (DataViewSchema input in new[] { training.Schema, all.Schema })
        {
            ITransformer loaded = Tables.Reload(other, chain, input);
            Assert.AreEqual(expected, Tables.Bits(loaded.Transform(all), one.Outputs));
            Assert.AreEqual(schema, Tables.Text(loaded.Transform(all).Schema));
            Assert.AreEqual(schema, Tables.Text(loaded.GetOutputSchema(all.Schema)));
            CollectionAssert.AreEqual(predicted, Predictions(loaded));
            Assert.AreEqual(expected, Tables.Bits(one.Restore(other, loaded).Transform(all), one.Outputs));
        }
    }

    [TestMethod]
    [DataRow("alone")]
    [DataRow("in a chain")]
    public void AValueNobodyReadsMayBeWithoutItsColumns(string where)
    {
        // Goals alone, as in training: the state and the action, which a score needs, are not there.
        IDataView goals = Tables.Only(_ml, "Goal1", "Goal2", "Mass");
        IEstimator<ITransformer> concatenate = _ml.Transforms.Concatenate("Goal", "Goal1", "Goal2");
        IEstimator<ITransformer> trainer = _ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer());
        ITransformer model = where == "alone"
            ? trainer.Fit(concatenate.Fit(goals).Transform(goals))
            : concatenate.Append(trainer).Append(_ml.Transforms.CopyColumns("Copied", "Score")).Append(_ml.Transforms.NormalizeMinMax("Scaled", "Mass")).Fit(goals);
        IDataView transformed = model.Transform(goals);
        Assert.AreEqual(Tables.Text(transformed.Schema), Tables.Text(model.GetOutputSchema(goals.Schema)));
        Assert.HasCount(6, transformed.GetColumn<float>("Mass").ToArray());
        Assert.HasCount(6, _ml.Data.Cache(transformed).GetColumn<float>("Mass").ToArray());
        Assert.HasCount(6, _ml.Data.ShuffleRows(transformed, 1).GetColumn<float>("Mass").ToArray());
        Assert.HasCount(6, _ml.Data.CreateEnumerable<MassOut>(transformed, reuseRowObject: false).ToArray());
        Assert.HasCount(3, _ml.Data.FilterRowsByColumn(transformed, "Mass", 1.25, 2).GetColumn<float>("Mass").ToArray());
        if (where == "alone")
        {
            // In a chain ML.NET may read ahead whatever a cursor was asked for.
            using DataViewRowCursor cursor = transformed.GetRowCursor(transformed.Schema);
            ValueGetter<float> mass = cursor.GetGetter<float>(transformed.Schema["Mass"]), score = cursor.GetGetter<float>(transformed.Schema["Score"]);
            float value = 0;
            Assert.IsTrue(cursor.MoveNext());
            mass(ref value);
            Assert.AreEqual(1, value);
            Assert.Contains("\"State\"", Assert.ThrowsExactly<InvalidInputException>(() => score(ref value)).Message);
        }

        using PredictionEngine<GoalIn, MassOut> unread = _ml.Model.CreatePredictionEngine<GoalIn, MassOut>(model);
        Assert.AreEqual(3, unread.Predict(new() { Mass = 3 }).Mass);

        using PredictionEngine<GoalIn, ScoreOut> read = _ml.Model.CreatePredictionEngine<GoalIn, ScoreOut>(model);
        foreach (Action reading in new Action[]
        {
            () => _ = transformed.GetColumn<float>("Score").ToArray(),
            () => _ = _ml.Data.CreateEnumerable<ScoreOut>(transformed, reuseRowObject: false).ToArray(),
            () => _ml.Transforms.NormalizeMinMax("N", "Score").Fit(transformed),
            () => read.Predict(new()),
        })
        {
            InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(reading);
            Assert.Contains("\"State\"", e.Message);
            Assert.Contains("missing", e.Message);
        }

        // What ML.NET loads is made of its own steps, and they look at the table's columns at once.
        MLContext other = new();
        ITransformer loaded = Tables.Reload(other, model, goals.Schema);
        Assert.Contains("State", Assert.Throws<ArgumentException>(() => loaded.Transform(goals)).Message);
        CriticTransformer typed = CriticTransformer.From(other, loaded);
        Assert.HasCount(6, typed.Transform(goals).GetColumn<float>("Mass").ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void WhateverFollowsGivesTheSameAfterLoading(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView all = Tables.All(_ml, 24);
        ITransformer alone = one.Create(_ml).Fit(all);
        DataViewSchema plain = alone.GetOutputSchema(all.Schema);
        string[] vectors = [.. one.Outputs.Where(column => plain[column].Type is VectorDataViewType { IsKnownSize: true })];
        IEstimator<ITransformer> chain = _ml.Transforms.CopyColumns("Before", "Mass").Append(one.Create(_ml));
        foreach (string column in vectors)
        {
            chain = chain.Append(_ml.Transforms.NormalizeMinMax(column + " scaled", column)).Append(_ml.Transforms.NormalizeLpNorm(column + " on the sphere", column));
        }

        chain = chain.Append(_ml.Transforms.CopyColumns("Judged", vectors.Length > 0 ? vectors[0] : "Score"))
            .Append(_ml.Transforms.Concatenate("Features", [.. vectors, .. one.Outputs.Where(column => plain[column].Type.Equals(NumberDataViewType.Single)), "State"]))
            .Append(_ml.Regression.Trainers.FastTree("Weight", numberOfTrees: 3, numberOfLeaves: 4, minimumExampleCountPerLeaf: 2));
        ITransformer model = chain.Fit(all);
        string[] outputs = [.. vectors.SelectMany(column => new[] { column + " scaled", column + " on the sphere" }), "Features", "Judged", "Score"];
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            ITransformer loaded = Tables.Reload(new(), model, all.Schema);
            Assert.AreEqual(Tables.Text(model.Transform(all).Schema), Tables.Text(loaded.Transform(all).Schema));
            Assert.AreEqual(Tables.Bits(model.Transform(all), outputs), Tables.Bits(loaded.Transform(all), outputs));
            CollectionAssert.AreEqual(Predictions(model), Predictions(loaded));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(14)]
    [DataRow(61)]
    [DataRow(1023)]
    [DataRow(4610)]
    public void VectorsOfAnySizeAreLoadedAsTheyWere(int size)
    {
        float[] special = [float.NaN, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, float.MaxValue, 0];
        float[][] rows = [.. Enumerable.Range(0, 12).Select(row => Enumerable.Range(0, size).Select(i => i % 11 == row ? special[(i + row) % special.Length] : (row + 1) * 0.1f * (i - 3)).ToArray())];
        IDataView table = OutputColumn.Vector("X", size).Load(_ml, rows.Select(row => new OneValue<VBuffer<float>> { Value = new(size, row) }));
        string[] names = [.. Enumerable.Range(0, Math.Min(size, 61)).Select(i => "joint " + i)];
        foreach (IReadOnlyList<string>? slots in size == names.Length ? new[] { names, null } : [null])
        {
            ResultColumn<object> result = ResultColumn<object>.Vector("Y", size, slots, "X", _ => default);
            IDataView data = table;
            List<ITransformer> steps = [];
            foreach (IEstimator<ITransformer> step in SavedChain.Result(_ml, result))
            {
                steps.Add(step.Fit(data));
                data = steps[^1].Transform(data);
            }

            IDataView loaded = Tables.Reload(new(), new TransformerChain<ITransformer>([.. steps]), table.Schema).Transform(table);
            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, size), loaded.Schema["Y"].Type);
            Assert.AreEqual(Tables.Bits(table, "X"), Tables.Bits(loaded, "Y"));
            VBuffer<ReadOnlyMemory<char>> found = default;
            Assert.AreEqual(slots is not null, loaded.Schema["Y"].HasSlotNames());
            if (slots is not null)
            {
                loaded.Schema["Y"].GetSlotNames(ref found);
                CollectionAssert.AreEqual(names, found.DenseValues().Select(slot => slot.ToString()).ToArray());
            }
        }
    }

    [TestMethod]
    public void NamesThatSavedModelsNeedAreRefused()
    {
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => CriticTransformer.From(_ml, Tables.Critic, new() { ScoreColumnName = "MetaCritic.Score" }));
        Assert.Contains("options.ScoreColumnName", e.Message);
    }

    private string[] Predictions(ITransformer model)
    {
        using PredictionEngine<Row, AnyOutput> engine = _ml.Model.CreatePredictionEngine<Row, AnyOutput>(model, ignoreMissingColumns: true);
        return [.. Tables.Rows().Select(row => engine.Predict(row).ToString())];
    }

    private sealed class GoalIn
    {
        public float Goal1 { get; set; }

        public float Goal2 { get; set; }

        [VectorType(2)]
        public float[] Goal { get; set; } = [0, 0];

        public float Mass { get; set; }
    }

    private sealed class MassOut
    {
        public float Mass { get; set; }
    }

    private sealed class ScoreOut
    {
        public float Score { get; set; }
    }
}
