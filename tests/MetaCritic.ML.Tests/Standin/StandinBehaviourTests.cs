using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace MetaCritic.ML.Tests.Standin;

/// <summary>What the layer relies on in ML.NET. Every test here also passes with the package: -p:MLNet=package.</summary>
[TestClass]
public sealed class StandinBehaviourTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView View => _ml.Data.LoadFromEnumerable([new Row { A = 1, V = [1, -2], T = "x" }, new Row { A = 3, V = [3, 4], T = "y" }]);

    [TestMethod]
    public void ANewColumnHidesTheOldOneOfItsName()
    {
        IDataView copied = _ml.Transforms.CopyColumns("A", "V").Fit(View).Transform(View);
        DataViewSchema.Column[] both = [.. copied.Schema.Where(column => column.Name == "A")];
        Assert.HasCount(2, both);
        Assert.IsTrue(both[0].IsHidden);
        Assert.IsFalse(both[1].IsHidden);
        Assert.AreEqual(both[1].Index, copied.Schema["A"].Index);
        Assert.IsInstanceOfType<VectorDataViewType>(copied.Schema["A"].Type);
        Assert.HasCount(4, _ml.Transforms.SelectColumns(["A", "V", "T"], keepHidden: true).Fit(copied).Transform(copied).Schema);
        IDataView dropped = _ml.Transforms.DropColumns("A").Fit(copied).Transform(copied);
        CollectionAssert.AreEqual(new[] { "V", "T" }, dropped.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void OnlyActiveColumnsCanBeRead()
    {
        using DataViewRowCursor cursor = View.GetRowCursor([View.Schema["A"]]);
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsTrue(cursor.IsColumnActive(View.Schema["A"]));
        Assert.IsFalse(cursor.IsColumnActive(View.Schema["T"]));
        Assert.Throws<ArgumentException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(View.Schema["T"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(View.Schema["A"]));
        ValueGetter<float> getter = cursor.GetGetter<float>(View.Schema["A"]);
        Assert.IsTrue(cursor.MoveNext());
        float value = 0;
        getter(ref value);
        Assert.AreEqual(1f, value);
        Assert.AreEqual(0, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void NothingRunsBeforeACursorMoves()
    {
        int calls = 0;
        IDataView mapped = _ml.Transforms.CustomMapping<In, Out>(
            (row, result) =>
            {
                calls++;
                result.B = row.A + 1;
                result.W = [row.A];
            },
            null).Fit(View).Transform(View);
        Assert.AreEqual(0, calls);
        CollectionAssert.AreEqual(new[] { 2f, 4f }, mapped.GetColumn<float>("B").ToArray());
        Assert.AreEqual(2, calls);
        _ = mapped.GetColumn<string>("T").ToArray();
        Assert.AreEqual(2, calls);
    }

    [TestMethod]
    public void AMissingColumnIsNamed()
    {
        IDataView other = _ml.Data.LoadFromEnumerable([new Other { X = 1 }]);
        IEstimator<ITransformer>[] estimators =
        [
            _ml.Transforms.CopyColumns("C", "A"),
            _ml.Transforms.Concatenate("C", "A", "X"),
            _ml.Transforms.DropColumns("A"),
            _ml.Transforms.NormalizeMinMax("A"),
            _ml.Transforms.Conversion.MapValue("C", new Dictionary<float, int> { [1] = 2 }, "A"),
            _ml.Transforms.CustomMapping<In, Out>((_, _) => { }, null),
        ];
        foreach (IEstimator<ITransformer> estimator in estimators)
        {
            // A chain asks every estimator for its output schema before it fits any.
            var chain = new EstimatorChain<ITransformer>().Append(estimator);
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.Fit(other));
            Assert.AreEqual("inputSchema", e.ParamName);
            Assert.Contains("'A'", e.Message);
        }
    }

    [TestMethod]
    public void AMappingChecksTheTypesOfItsInput()
    {
        IDataView other = _ml.Data.LoadFromEnumerable([new { A = "text" }]);
        var mapping = _ml.Transforms.CustomMapping<In, Out>((_, _) => { }, null);
        Assert.Contains("A", Assert.Throws<Exception>(() => mapping.Fit(other)).Message);
    }

    [TestMethod]
    public void TextFilesAreReadByTheInvariantCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string path = Path.GetTempFileName();
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            File.WriteAllText(path, "a,j1,j2,t\n1.5,2.25,-3e-2,one\nabc,,nan,two words\n");
            IDataView view = _ml.Data.LoadFromTextFile<TextRow>(path, separatorChar: ',', hasHeader: true);
            TextRow[] rows = [.. _ml.Data.CreateEnumerable<TextRow>(view, reuseRowObject: false)];
            Assert.HasCount(2, rows);
            Assert.AreEqual(1.5f, rows[0].A);
            CollectionAssert.AreEqual(new[] { 2.25f, -3e-2f }, rows[0].V);
            Assert.AreEqual("one", rows[0].T);
            Assert.IsTrue(float.IsNaN(rows[1].A));
            Assert.AreEqual(0f, rows[1].V![0]);
            Assert.IsTrue(float.IsNaN(rows[1].V![1]));
            Assert.AreEqual("two words", rows[1].T);
            Assert.AreEqual(2, ((VectorDataViewType)view.Schema["V"].Type).Size);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AMissingTextFileIsAnError() =>
        Assert.Contains("nowhere.csv", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<TextRow>("nowhere.csv")).Message);

    [TestMethod]
    public void RegressionMetricsFollowTheirFormulas()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            [new Scored { Label = 1, Score = 2 }, new Scored { Label = 3, Score = 3 }, new Scored { Label = 5, Score = 2 }]);
        RegressionMetrics metrics = _ml.Regression.Evaluate(data);
        Assert.AreEqual(4.0 / 3, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual(10.0 / 3, metrics.MeanSquaredError, 1e-12);
        Assert.AreEqual(Math.Sqrt(10.0 / 3), metrics.RootMeanSquaredError, 1e-12);
        Assert.AreEqual(10.0 / 3, metrics.LossFunction, 1e-12);
        Assert.AreEqual(1 - (10.0 / 8), metrics.RSquared, 1e-12);
        Assert.Contains("nothing", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.Evaluate(data, "nothing")).Message);
    }

    [TestMethod]
    public void ASplitIsAPartitionAndRepeatable()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i => new Other { X = i, Key = $"k{i % 10}" }).ToArray());
        DataOperationsCatalog.TrainTestData first = _ml.Data.TrainTestSplit(data, 0.3, seed: 5);
        DataOperationsCatalog.TrainTestData again = _ml.Data.TrainTestSplit(data, 0.3, seed: 5);
        float[] test = [.. first.TestSet.GetColumn<float>("X")];
        float[] train = [.. first.TrainSet.GetColumn<float>("X")];
        CollectionAssert.AreEqual(test, again.TestSet.GetColumn<float>("X").ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 1000).Select(i => (float)i).ToArray(), test.Concat(train).ToArray());
        Assert.IsInRange(240, 360, test.Length);
        CollectionAssert.AreEqual(new[] { "X", "Key" }, first.TestSet.Schema.Where(column => !column.IsHidden).Select(column => column.Name).ToArray());

        DataOperationsCatalog.TrainTestData keyed = _ml.Data.TrainTestSplit(data, 0.3, samplingKeyColumnName: "Key", seed: 5);
        Assert.IsEmpty(keyed.TestSet.GetColumn<string>("Key").Intersect(keyed.TrainSet.GetColumn<string>("Key")).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(data, 1));
    }

    [TestMethod]
    public void AnAddedColumnStandsBehindItsNamesake()
    {
        IDataView view = _ml.Transforms.CopyColumns("A", "T").Append(_ml.Transforms.CopyColumns("New", "A")).Append(_ml.Transforms.NormalizeMinMax("V")).Fit(View).Transform(View);
        CollectionAssert.AreEqual(
            new[] { "A hidden", "A", "V hidden", "V", "T", "New" },
            view.Schema.Select(column => column.IsHidden ? column.Name + " hidden" : column.Name).ToArray());
        using var stream = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.CopyColumns("B", "A").Fit(view), view.Schema, stream);
        stream.Position = 0;
        _ = _ml.Model.Load(stream, out DataViewSchema saved);
        CollectionAssert.AreEqual(view.Schema.Select(column => $"{column.Name} {column.IsHidden}").ToArray(), saved.Select(column => $"{column.Name} {column.IsHidden}").ToArray());
    }

    [TestMethod]
    public void TextsThatASparseVectorLeavesOutAreNull()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Sparse { Texts = new(3, 1, ["x".AsMemory()], [1]) }]);
        CollectionAssert.AreEqual(new[] { null, "x", null }, view.GetColumn<string?[]>("Texts").Single());
    }

    [TestMethod]
    public void RowsOfObjectsAreNotShuffledAndSizesAreNotChecked()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Row { V = [1, 2, 3] }, new Row()]);
        Assert.IsFalse(view.CanShuffle);
        CollectionAssert.AreEqual(new[] { 3, 0 }, view.GetColumn<float[]>("V").Select(v => v.Length).ToArray());
        Row[] rows = [.. _ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false)];
        Assert.HasCount(3, rows[0].V!);
        Assert.IsNull(rows[1].V, "nothing is put in place of no array for no values");
        Assert.Throws<Exception>(() => _ml.Transforms.NormalizeMinMax("V").Fit(View).Transform(view).GetColumn<float[]>("V").ToArray());
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable(new Row[] { null! }).GetColumn<float>("A").ToArray());
    }

    [TestMethod]
    public void ACursorPastItsEndHasNoPosition()
    {
        using DataViewRowCursor cursor = View.GetRowCursor([]);
        while (cursor.MoveNext())
        {
        }

        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void KeysCountFromOneInARow()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Keyed { K = 0 }, new Keyed { K = 4 }, new Keyed { K = 5 }]);
        CollectionAssert.AreEqual(new uint[] { 1, 5, 0 }, view.GetColumn<uint>("K").ToArray());
        Assert.AreEqual("Key<UInt32, 0-4>", view.Schema["K"].Type.ToString());
    }

    [TestMethod]
    public void RowsCanTakeTheTypesOfASchema()
    {
        DataViewSchema schema = _ml.Transforms.Concatenate("V", "A", "V").Append(_ml.Transforms.DropColumns("T")).Fit(View).Transform(View).Schema;
        IDataView view = _ml.Data.LoadFromEnumerable([new Loose { A = 1, V = [1, 2, 3] }], schema);
        Assert.AreEqual(schema["V"].Type, view.Schema["V"].Type);
        Assert.IsTrue(view.Schema["V"].HasSlotNames());
        Assert.Contains("V", Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable([new In()], schema)).Message);
    }

    [TestMethod]
    public void ArraysOfAnObjectAreFilledAgain()
    {
        IDataView mapped = _ml.Transforms.CustomMapping<In, Out>(static (row, result) => result.W = [row.A, 0], null).Fit(View).Transform(View);
        Out[] reused = [.. _ml.Data.CreateEnumerable<Out>(mapped, reuseRowObject: true, ignoreMissingColumns: true)];
        Assert.AreSame(reused[0], reused[1]);
        using PredictionEngine<Row, Out> engine = _ml.Model.CreatePredictionEngine<Row, Out>(new TransformerChain<ITransformer>(_ml.Transforms.CustomMapping<In, Out>(static (row, result) => result.W = [row.A, 0], null).Fit(View)));
        var prediction = new Out();
        engine.Predict(new Row { A = 4 }, ref prediction);
        float[] first = prediction.W!;
        engine.Predict(new Row { A = 5 }, ref prediction);
        Assert.AreSame(first, prediction.W);
        Assert.AreEqual(5f, first[0]);
    }

    [TestMethod]
    [DataRow("U", DataKind.Int32, false)]
    [DataRow("U", DataKind.UInt64, true)]
    [DataRow("F", DataKind.Int32, false)]
    [DataRow("F", DataKind.Boolean, true)]
    [DataRow("I", DataKind.Int64, true)]
    [DataRow("I", DataKind.Byte, false)]
    [DataRow("T", DataKind.Single, true)]
    [DataRow("T", DataKind.Byte, true)]
    public void OnlySomeTypesConvert(string column, DataKind kind, bool converts)
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new { U = (byte)200, F = 1.5f, I = -7, T = "abc" }]);
        var estimator = _ml.Transforms.Conversion.ConvertType("X", column, kind);
        if (converts)
        {
            object value = estimator.Fit(view).Transform(view).Preview().RowView[0].Values[^1].Value;
            Assert.AreEqual(
                (column, kind) switch { ("U", _) => 200UL, ("F", _) => true, ("I", _) => -7L, (_, DataKind.Single) => float.NaN, _ => (object)(byte)0 },
                value);
            return;
        }

        Assert.Contains($"'{column}'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(view)).Message);
    }

    [TestMethod]
    [DataRow(new[] { 0f, 0 }, new[] { 0.5f, 0.25f }, 0.375, double.NaN, DisplayName = "all labels 0, as after fitting policies")]
    [DataRow(new[] { 1f, 3, 5 }, new[] { float.NaN, 3, 2 }, 1.5, -3.5, DisplayName = "no score")]
    [DataRow(new[] { float.NaN, 3, 5 }, new[] { 1f, 3, 2 }, 1.5, -3.5, DisplayName = "no label")]
    [DataRow(new float[0], new float[0], 0, 0, DisplayName = "no rows")]
    public void RegressionMetricsOfDegenerateTables(float[] labels, float[] scores, double meanAbsoluteError, double rSquared)
    {
        RegressionMetrics metrics = _ml.Regression.Evaluate(_ml.Data.LoadFromEnumerable(labels.Zip(scores, (label, score) => new Scored { Label = label, Score = score }).ToArray()));
        Assert.AreEqual(meanAbsoluteError, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual(rSquared, metrics.RSquared, 1e-12);
    }

    [TestMethod]
    public void NormalisersOfDegenerateColumns()
    {
        float[] Scaled(bool fixZero, bool minMax, params float[] values)
        {
            IDataView view = _ml.Data.LoadFromEnumerable(values.Select(value => new In { A = value }).ToArray());
            var estimator = minMax ? _ml.Transforms.NormalizeMinMax("A", fixZero: fixZero) : _ml.Transforms.NormalizeMeanVariance("A", fixZero: fixZero);
            return [.. estimator.Fit(view).Transform(view).GetColumn<float>("A")];
        }

        CollectionAssert.AreEqual(new float[] { 0, 0 }, Scaled(true, true, 2, 2));
        CollectionAssert.AreEqual(new float[] { 0, 0 }, Scaled(true, false, 2, 2));
        CollectionAssert.AreEqual(new float[] { 0, 0 }, Scaled(false, true, 2, 2));
        CollectionAssert.AreEqual(new float[] { 0, 0 }, Scaled(false, false, 2, 2));
        CollectionAssert.AreEqual(new[] { 1f, float.NaN, 0.5f }, Scaled(true, true, 4, float.NaN, 2));
        CollectionAssert.AreEqual(new[] { 0, float.NaN, 0 }, Scaled(true, true, 2, float.PositiveInfinity, 4));
        CollectionAssert.AreEqual(new[] { 0.4472136f, 1.3416407f }, Scaled(true, false, 1, 3), "computed in Single");
    }

    [TestMethod]
    public void MissingValuesAreFilteredInRealColumns()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Row { A = 1, V = [1, 2] }, new Row { A = 2, V = [float.NaN, 2] }, new Row { A = float.NaN, V = [1, 2] }]);
        CollectionAssert.AreEqual(new[] { 1f }, _ml.Data.FilterRowsByMissingValues(view, "A", "V").GetColumn<float>("A").ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(view, "T"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(view));
    }

    [TestMethod]
    public void AFileThatIsNoModelIsAnError() =>
        Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3]), out _));

    [TestMethod]
    public void ChannelsReachTheLog()
    {
        var seen = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => seen.Add(e);
        using (IChannel channel = ((IHostEnvironment)_ml).Register("MetaCritic").Start("Training"))
        {
            channel.Info(MessageSensitivity.None, "iteration {0}", 7);
            channel.Warning(MessageSensitivity.None, "careful");
        }

        // The name of a host does not stand before those of the hosts below it.
        using (IChannel channel = ((IHostEnvironment)_ml).Register("MetaCritic").Register("Below").Start("Fitting"))
        {
            channel.Error(MessageSensitivity.None, "wrong");
        }

        Assert.AreEqual("Below; Fitting", seen.Single(e => e.Kind == ChannelMessageKind.Error).Source);

        LoggingEventArgs info = seen.Single(e => e.Kind == ChannelMessageKind.Info);
        Assert.AreEqual("MetaCritic; Training", info.Source);
        Assert.AreEqual("iteration 7", info.RawMessage);
        Assert.AreEqual("[Source=MetaCritic; Training, Kind=Info] iteration 7", info.Message);
        Assert.AreEqual("careful", seen.Single(e => e.Kind == ChannelMessageKind.Warning).RawMessage);
    }

    [TestMethod]
    public void ANestedChainComesBackFromItsFile()
    {
        IEstimator<ITransformer> inner = _ml.Transforms.CustomMapping<In, Out>(new MappingFactory().GetMapping(), MappingFactory.Contract)
            .Append(_ml.Transforms.Conversion.MapValue("Payload", new Dictionary<float, string> { [1] = "päyload \ud83d\ude00\n" }, "A"));
        var chain = _ml.Transforms.NormalizeMinMax("V").Append(inner)
            .Append(_ml.Transforms.Concatenate("All", "A", "V")).Append(_ml.Transforms.Conversion.ConvertType("D", "A", DataKind.Double))
            .Append(_ml.Transforms.DropColumns("T"));
        ITransformer model = new Delegating(chain.Fit(View));
        using var stream = new MemoryStream();
        _ml.Model.Save(model, View.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);

        CollectionAssert.AreEqual(View.Schema.Select(column => $"{column.Name} {column.Type}").ToArray(), schema.Select(column => $"{column.Name} {column.Type}").ToArray());
        IDataView expected = model.Transform(View), actual = loaded.Transform(View);
        CollectionAssert.AreEqual(expected.Schema.Select(column => column.Name).ToArray(), actual.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual("päyload \ud83d\ude00\n", actual.GetColumn<string>("Payload").First());
        Assert.AreEqual("", actual.GetColumn<string>("Payload").Last());
        CollectionAssert.AreEqual(new[] { 2f, 4f }, actual.GetColumn<float>("B").ToArray());
        CollectionAssert.AreEqual(expected.GetColumn<float[]>("All").SelectMany(v => v).ToArray(), actual.GetColumn<float[]>("All").SelectMany(v => v).ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 3.0 }, actual.GetColumn<double>("D").ToArray());
        Assert.IsFalse(((VectorDataViewType)actual.Schema["W"].Type).IsKnownSize);
        Assert.IsInstanceOfType<TransformerChain<ITransformer>>(loaded);

        using PredictionEngine<Row, Out> engine = _ml.Model.CreatePredictionEngine<Row, Out>(loaded);
        Assert.AreEqual(6f, engine.Predict(new Row { A = 5, V = [0, 0], T = "" }).B);
        Assert.AreEqual(8f, engine.Predict(new Row { A = 7, V = [0, 0], T = "" }).B);
    }

    [TestMethod]
    public void ASaveThatWritesNothingFails() =>
        Assert.Contains("ModelSignature not specified!", Assert.Throws<Exception>(() => _ml.Model.Save(new Delegating(null), View.Schema, new MemoryStream())).Message);

    [TestMethod]
    public void TextsOfALookupAreHandedOutByReference()
    {
        IDataView mapped = _ml.Transforms.Conversion.MapValue("P", new Dictionary<float, string> { [1] = "a", [3] = "b" }, "A").Fit(View).Transform(View);
        ReadOnlyMemory<char>[] first = [.. mapped.GetColumn<ReadOnlyMemory<char>>("P")], second = [.. mapped.GetColumn<ReadOnlyMemory<char>>("P")];
        Assert.IsTrue(first[0].Equals(second[0]), "the same string, not an equal one");
    }

    [TestMethod]
    public void NormalisersScale()
    {
        IDataView scaled = _ml.Transforms.NormalizeMinMax("V").Fit(View).Transform(View);
        CollectionAssert.AreEqual(new[] { 1 / 3f, -0.5f, 1f, 1f }, scaled.GetColumn<float[]>("V").SelectMany(v => v).ToArray());
        Assert.IsTrue(scaled.Schema["V"].IsNormalized());
        IDataView unfixed = _ml.Transforms.NormalizeMinMax("A", fixZero: false).Fit(View).Transform(View);
        CollectionAssert.AreEqual(new[] { 0f, 1f }, unfixed.GetColumn<float>("A").ToArray());
        IDataView standard = _ml.Transforms.NormalizeMeanVariance("A", fixZero: false).Fit(View).Transform(View);
        CollectionAssert.AreEqual(new[] { -1f, 1f }, standard.GetColumn<float>("A").ToArray());
    }

    [TestMethod]
    public void ConcatenationNamesItsSlots()
    {
        IDataView all = _ml.Transforms.Concatenate("All", "A", "V").Append(_ml.Transforms.Concatenate("Twice", "All", "A")).Fit(View).Transform(View);
        VBuffer<ReadOnlyMemory<char>> names = default;
        all.Schema["Twice"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "All.A", "", "", "A" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void RowsAreTakenSkippedFilteredAndCached()
    {
        int passes = 0;
        IDataView data = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Counted()));
        CollectionAssert.AreEqual(new[] { 0f, 1f }, _ml.Data.TakeRows(data, 2).GetColumn<float>("X").ToArray());
        CollectionAssert.AreEqual(new[] { 3f, 4f }, _ml.Data.SkipRows(data, 3).GetColumn<float>("X").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f }, _ml.Data.FilterRowsByColumn(data, "X", 1, 3).GetColumn<float>("X").ToArray());
        Assert.AreEqual(1, passes);
        CollectionAssert.AreEquivalent(new[] { 0f, 1f, 2f, 3f, 4f }, _ml.Data.ShuffleRows(data, seed: 3).GetColumn<float>("X").ToArray());

        IEnumerable<Other> Counted()
        {
            passes++;
            for (int i = 0; i < 5; i++)
            {
                yield return new Other { X = i, Key = "" };
            }
        }
    }

    private sealed class Sparse
    {
        [VectorType(3)]
        public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }
    }

    private sealed class Row
    {
        public float A { get; set; }

        [VectorType(2)]
        public float[]? V { get; set; }

        public string? T { get; set; }
    }

    private sealed class Loose
    {
        public float A { get; set; }

        public float[]? V { get; set; }
    }

    private sealed class Keyed
    {
        [KeyType(5)]
        public uint K { get; set; }
    }

    private sealed class Other
    {
        public float X { get; set; }

        public string? Key { get; set; }
    }

    private sealed class Scored
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }

    private sealed class TextRow
    {
        [LoadColumn(0)]
        public float A { get; set; }

        [LoadColumn(1, 2)]
        [VectorType(2)]
        public float[]? V { get; set; }

        [LoadColumn(3)]
        public string? T { get; set; }
    }

    internal sealed class In
    {
        public float A { get; set; }
    }

    internal sealed class Out
    {
        public float B { get; set; }

        public float[]? W { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class MappingFactory : CustomMappingFactory<In, Out>
    {
        public const string Contract = "MetaCritic.Tests.Standin/1";

        public override Action<In, Out> GetMapping() => static (row, result) =>
        {
            result.B = row.A + 1;
            result.W = [row.A];
        };
    }

    /// <summary>A type of another library: it saves itself as a chain of built-in transformers, or not at all.</summary>
    private sealed class Delegating : ITransformer
    {
        private readonly ITransformer? _inner;

        public Delegating(ITransformer? inner) => _inner = inner;

        public bool IsRowToRowMapper => _inner!.IsRowToRowMapper;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner!.GetOutputSchema(inputSchema);

        public IDataView Transform(IDataView input) => _inner!.Transform(input);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _inner!.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx) => _inner?.Save(ctx);
    }
}
