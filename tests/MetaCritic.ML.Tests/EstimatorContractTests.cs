using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>What every estimator promises, for each of <see cref="EstimatorCase.All"/>.</summary>
[TestClass]
public sealed class EstimatorContractTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheSchemaPromisedIsTheSchemaDelivered(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IEstimator<ITransformer> estimator = one.Create(_ml);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = estimator.Fit(data);
        DataViewSchema delivered = transformer.Transform(data).Schema;
        Assert.AreEqual(delivered.ToString(), transformer.GetOutputSchema(data.Schema).ToString());
        Assert.AreEqual(delivered.ToString(), transformer.GetRowToRowMapper(data.Schema).OutputSchema.ToString());

        SchemaShape promised = estimator.GetOutputSchema(Shape(data));
        foreach (string column in one.Outputs)
        {
            SchemaShape.Column promise = promised.Single(c => c.Name == column);
            DataViewType type = delivered[column].Type;
            VectorDataViewType? vector = type as VectorDataViewType;
            Assert.AreEqual(vector?.ItemType ?? type, promise.ItemType, column);
            Assert.AreEqual(
                vector is null ? SchemaShape.Column.VectorKind.Scalar : vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector,
                promise.Kind,
                column);
            Assert.IsFalse(promise.IsKey);
            Assert.AreEqual(delivered[column].HasSlotNames(), promise.Annotations.Any(a => a.Name == "SlotNames"), column);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AMissingColumnFailsEverywhereByName(string name)
    {
        IDataView good = Tables.All(_ml);
        RefuseEverywhere(name, needed => Tables.Only(_ml, [.. good.Schema.Select(c => c.Name).Where(c => c != needed)]), "missing");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AColumnOfAWrongTypeFailsEverywhereByName(string name)
    {
        IDataView good = Tables.All(_ml);
        RefuseEverywhere(name, needed => _ml.Transforms.CopyColumns(needed, "Kind").Fit(good).Transform(good), "type");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ObjectsFromATableAndFromAPredictionEngineAreTheSame(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        ITransformer transformer = one.Create(_ml).Fit(Tables.All(_ml));
        PredictionEngine<Row, AnyOutput> engine = _ml.Model.CreatePredictionEngine<Row, AnyOutput>(transformer, ignoreMissingColumns: true);
        AnyOutput[] table = [.. _ml.Data.CreateEnumerable<AnyOutput>(transformer.Transform(Tables.All(_ml)), reuseRowObject: false, ignoreMissingColumns: true)];
        AnyOutput[] single = [.. Tables.Rows().Select(engine.Predict)];
        CollectionAssert.AreEqual(table.Select(row => row.ToString()).ToArray(), single.Select(row => row.ToString()).ToArray());
        Assert.AreEqual(Tables.Bits(transformer.Transform(Tables.All(_ml)), one.Outputs[0]), string.Join(";", table.Select(row => row.Bits(one.Outputs[0]))));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void SavedLoadedAndSavedAgainItGivesTheSameBits(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = one.Create(_ml).Fit(data);
        string expected = Tables.Bits(transformer.Transform(data), one.Outputs);
        MLContext other = new();
        ITransformer loaded = Reload(other, transformer, data.Schema);
        ITransformer again = Reload(other, loaded, data.Schema);
        foreach (ITransformer model in new[] { loaded, again, one.Restore(other, loaded), Reload(other, one.Restore(other, again), data.Schema) })
        {
            IDataView result = model.Transform(Tables.All(other));
            Assert.AreEqual(expected, Tables.Bits(result, one.Outputs));
            Assert.IsFalse(result.Schema.Any(c => c.Name.StartsWith("MetaCritic.", StringComparison.Ordinal)), result.Schema.ToString());
        }

        Assert.AreEqual(transformer.GetOutputSchema(data.Schema).ToString(), one.Restore(other, again).GetOutputSchema(data.Schema).ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AFreshProcessGivesTheSameBits(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = one.Create(_ml).Fit(data);
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlnet").FullName, "model.zip");
        _ml.Model.Save(transformer, data.Schema, path);
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { typeof(EstimatorCase).Assembly.Location, path }.Concat(one.Outputs))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        Assert.AreEqual(Tables.Bits(transformer.Transform(data), one.Outputs), output);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ItWorksInAChainAfterASplitAndUnderACache(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml, 20);
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(data, 0.3, seed: 1);
        ITransformer alone = one.Create(_ml).Fit(split.TrainSet);
        var chain = _ml.Transforms.CopyColumns("Copy", "Weight").Append(one.Create(_ml)).Append(_ml.Transforms.CopyColumns("After", one.Outputs[0])).Fit(split.TrainSet);
        IDataView expected = alone.Transform(split.TestSet);
        IDataView chained = chain.Transform(split.TestSet);
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(chained, one.Outputs));
        Assert.AreEqual(Tables.Bits(expected, one.Outputs[0]), Tables.Bits(chained, "After"));
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(_ml.Data.Cache(chained), one.Outputs));

        ITransformer nested = Reload(new(), new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(chain)), data.Schema);
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(nested.Transform(split.TestSet), [.. one.Outputs]));
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(one.Restore(_ml, nested).Transform(split.TestSet), one.Outputs));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EightThreadsGetTheSameBits(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer loaded = Reload(_ml, one.Create(_ml).Fit(data), data.Schema);
        ITransformer typed = one.Restore(_ml, loaded);
        IDataView shared = typed.Transform(data);
        string expected = Tables.Bits(shared, one.Outputs);
        string[] results = new string[24];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = Tables.Bits(
            (i % 3) switch { 0 => shared, 1 => typed.Transform(data), _ => loaded.Transform(data) }, one.Outputs));
        Assert.IsTrue(results.All(result => result == expected));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void RowByRowAndInSetsOfCursorsTheBitsAreTheSame(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer transformer = one.Create(_ml).Fit(data);
        string[] scalars = [.. one.Outputs.Where(c => transformer.GetOutputSchema(data.Schema)[c].Type.RawType == typeof(float))];
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
        DataViewSchema.Column[] wanted = [.. scalars.Select(c => mapper.OutputSchema[c])];
        IDataView batched = transformer.Transform(data);
        foreach (DataViewSchema.Column column in wanted)
        {
            using DataViewRowCursor cursor = data.GetRowCursor(mapper.GetDependencies([column]));
            using DataViewRow row = mapper.GetRow(cursor, [column]);
            ValueGetter<float> getter = row.GetGetter<float>(column);
            List<float> values = [], inSets = [];
            float value = 0;
            while (cursor.MoveNext())
            {
                getter(ref value);
                values.Add(value);
            }

            foreach (DataViewRowCursor part in batched.GetRowCursorSet([batched.Schema[column.Name]], 3))
            {
                ValueGetter<float> partGetter = part.GetGetter<float>(batched.Schema[column.Name]);
                while (part.MoveNext())
                {
                    partGetter(ref value);
                    inSets.Add(value);
                }

                part.Dispose();
            }

            CollectionAssert.AreEqual(batched.GetColumn<float>(column.Name).ToArray(), values);
            CollectionAssert.AreEquivalent(values, inSets);
        }
    }

    /// <summary>The outputs of all estimators; an estimator fills some.</summary>
    private sealed class AnyOutput
    {
        public float Score { get; set; }

        public float[] ActionGradient { get; set; } = [];

        public float[] Torque { get; set; } = [];

        public float[] PredictedState { get; set; } = [];

        public float A { get; set; }

        public float D { get; set; }

        public float Doubt { get; set; }

        public float[] Policy { get; set; } = [];

        public float[] FinalState { get; set; } = [];

        public float[] LearningCurve { get; set; } = [];

        public int Steps { get; set; }

        public bool Converged { get; set; }

        public string Bits(string column) => string.Join(",", (column switch
        {
            nameof(Score) => [Score],
            nameof(Policy) => Policy,
            nameof(PredictedState) => PredictedState,
            _ => Torque,
        }).Select(value => BitConverter.SingleToUInt32Bits(value).ToString("X8", System.Globalization.CultureInfo.InvariantCulture)));

        public override string ToString() => string.Join("|", new[] { [Score, A, D, Doubt], ActionGradient, Torque, PredictedState, Policy, FinalState, LearningCurve }
            .Select(values => string.Join(",", values.Select(BitConverter.SingleToUInt32Bits))).Append($"{Steps} {Converged}"));
    }

    private void RefuseEverywhere(string name, Func<string, IDataView> spoil, string said)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IEstimator<ITransformer> estimator = one.Create(_ml);
        IDataView bad = spoil(one.Needed);
        ITransformer transformer = estimator.Fit(Tables.All(_ml));
        foreach (Action action in new Action[]
        {
            () => estimator.GetOutputSchema(Shape(bad)),
            () => estimator.Fit(bad),
            () => transformer.Transform(bad),
            () => transformer.GetOutputSchema(bad.Schema),
            () => transformer.GetRowToRowMapper(bad.Schema),
        })
        {
            InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(action);
            Assert.Contains($"\"{one.Needed}\"", e.Message);
            Assert.Contains(said, e.Message);
        }
    }

    private static ITransformer Reload(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }

    // The promise of a table: what an estimator that changes nothing passes on.
    private SchemaShape Shape(IDataView data)
    {
        ShapeCatcher catcher = new();
        _ml.Transforms.CopyColumns("Kind", "Kind").Append(catcher).Fit(data);
        return catcher.Shape!;
    }

    // An estimator is told the promised columns when a chain is fitted; they cannot be made from outside otherwise.
    private sealed class ShapeCatcher : IEstimator<ITransformer>
    {
        public SchemaShape? Shape { get; private set; }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }
}
