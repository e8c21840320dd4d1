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
        Assert.AreEqual(Tables.Text(delivered), Tables.Text(transformer.GetOutputSchema(data.Schema)));
        Assert.AreEqual(Tables.Text(delivered), Tables.Text(transformer.GetRowToRowMapper(data.Schema).OutputSchema));

        SchemaShape promised = estimator.GetOutputSchema(Shapes.Of(_ml, data));
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
    public void AMissingColumnIsRefusedByName(string name)
    {
        IDataView good = Tables.All(_ml);
        Refuse(name, needed => Tables.Only(_ml, [.. good.Schema.Select(c => c.Name).Where(c => c != needed)]), "missing");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AColumnOfAWrongTypeIsRefusedByName(string name)
    {
        IDataView good = Tables.All(_ml);
        Refuse(name, needed => _ml.Transforms.CopyColumns(needed, "Kind").Fit(good).Transform(good), "type");
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
        ITransformer loaded = Tables.Reload(other, transformer, data.Schema);
        ITransformer again = Tables.Reload(other, loaded, data.Schema);
        foreach (ITransformer model in new[] { loaded, again, one.Restore(other, loaded), Tables.Reload(other, one.Restore(other, again), data.Schema) })
        {
            IDataView result = model.Transform(Tables.All(other));
            Assert.AreEqual(expected, Tables.Bits(result, one.Outputs));
            Assert.AreEqual(Tables.Text(transformer.GetOutputSchema(data.Schema)), Tables.Text(result.Schema));
            Assert.AreEqual(Tables.Text(result.Schema), Tables.Text(model.GetOutputSchema(data.Schema)));
        }
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

        ITransformer nested = Tables.Reload(new(), new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(chain)), data.Schema);
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(nested.Transform(split.TestSet), [.. one.Outputs]));
        Assert.AreEqual(Tables.Bits(expected, one.Outputs), Tables.Bits(one.Restore(_ml, nested).Transform(split.TestSet), one.Outputs));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EightThreadsGetTheSameBits(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView data = Tables.All(_ml);
        ITransformer loaded = Tables.Reload(_ml, one.Create(_ml).Fit(data), data.Schema);
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

    // An estimator and its promise refuse a table; the transformer takes it, and reading what it would be computed from is the error.
    private void Refuse(string name, Func<string, IDataView> spoil, string said)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IEstimator<ITransformer> estimator = one.Create(_ml);
        IDataView bad = spoil(one.Needed);
        ITransformer transformer = estimator.Fit(Tables.All(_ml));
        IDataView transformed = transformer.Transform(bad);
        Assert.AreEqual(Tables.Text(transformed.Schema), Tables.Text(transformer.GetOutputSchema(bad.Schema)));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(bad.Schema);
        Assert.AreEqual(Tables.Text(transformed.Schema), Tables.Text(mapper.OutputSchema));
        Assert.HasCount(6, transformed.GetColumn<float>("Weight").ToArray());
        Action[] actions =
        [
            () => estimator.GetOutputSchema(Shapes.Of(_ml, bad)),
            () => estimator.Fit(bad),
            .. one.Outputs.Select<string, Action>(column => () => Tables.Bits(transformed, column)),
        ];
        foreach (Action action in actions)
        {
            InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(action);
            Assert.Contains($"\"{one.Needed}\"", e.Message);
            Assert.Contains(said, e.Message);
        }
    }
}
