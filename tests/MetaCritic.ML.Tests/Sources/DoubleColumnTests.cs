using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests.Sources;

/// <summary>Columns of Double are read as columns of Single are; those of other types are refused with the line that converts them.</summary>
[TestClass]
public sealed class DoubleColumnTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => EstimatorCase.Names;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ATableOfDoubleGivesTheSameBits(string name)
    {
        EstimatorCase one = EstimatorCase.Of(name);
        IDataView singles = Tables.All(_ml), doubles = Doubles(singles);
        ITransformer fitted = one.Create(_ml).Fit(singles), fittedOnDoubles = one.Create(_ml).Fit(doubles);
        string expected = Tables.Bits(fitted.Transform(singles), one.Outputs);
        foreach (ITransformer model in new[] { fittedOnDoubles, Reloaded(fittedOnDoubles, doubles), Reloaded(fitted, singles) })
        {
            Assert.AreEqual(expected, Tables.Bits(model.Transform(doubles), one.Outputs));
            Assert.AreEqual(expected, Tables.Bits(model.Transform(singles), one.Outputs));
        }

        Assert.IsTrue(one.Create(_ml).GetOutputSchema(Shapes.Of(_ml, doubles)).Any(column => column.Name == one.Outputs[^1]));
    }

    [TestMethod]
    public void SparseVectorsOfDoubleAreWhatTheyStandFor()
    {
        PolicyTransformer policy = PolicyTransformer.From(_ml, Tables.Policy());
        SparseRow[] sparse = [new() { State = new(4, [0.1, 0.2, 0.3, 0.4]) }, new() { State = new(4, 2, [-0.5, 0.7], [1, 3]) }, new() { State = new(4, 0, [], []) }, new() { State = new(4, [0.4, 0.3, 0.2, 0.1]) }];
        SparseRow[] dense = [.. sparse.Select(row => new SparseRow { State = new(4, [.. row.State.DenseValues()]) })];
        Assert.AreEqual(Bits(dense), Bits(sparse));

        string Bits(SparseRow[] rows) => Tables.Bits(policy.Transform(_ml.Data.LoadFromEnumerable(rows)), "Action");
    }

    // 16,777,217 is no Single: read as one, it would be another seed or episode.
    [TestMethod]
    [DataRow("Seed", 0.0, null)]
    [DataRow("Seed", 16_777_215.0, null)]
    [DataRow("Seed", 16_777_217.0, "the seed is 16777216")]
    [DataRow("Seed", -1.0, "the seed is -1")]
    [DataRow("Episode", 16_777_215.0, null)]
    [DataRow("Episode", -16_777_217.0, "the episode is -16777216")]
    public void WholeNumbersThatSingleCannotTellApartAreRefused(string what, double number, string? said)
    {
        IDataView data = _ml.Transforms.CustomMapping<Row, Whole>((row, whole) => whole.Number = row.Kind == "even" ? number : 0, null).Fit(Tables.All(_ml)).Transform(Tables.All(_ml));
        Action use = what == "Seed"
            ? () => Tables.Bits(_ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, SeedColumnName = "Number" }).Fit(data).Transform(data), "Score")
            : () => _ml.MetaCritic().Trainers.Dynamics(new DynamicsTrainer.Options { Learning = Tables.Learning, EpisodeColumnName = "Number" }).Fit(data);
        if (said is null)
        {
            use();
        }
        else
        {
            Assert.Contains(said, Assert.ThrowsExactly<InvalidInputException>(use).Message);
        }
    }

    [TestMethod]
    [DataRow("Whole", "Goal", "ml.Transforms.Conversion.ConvertType(\"Goal\", outputKind: DataKind.Single)")]
    [DataRow("Texts", "Goal", "ml.Transforms.Conversion.ConvertType(\"Goal\", outputKind: DataKind.Single)")]
    [DataRow("Keys", "Goal", "ml.Transforms.Conversion.MapKeyToValue(\"Goal\")")]
    [DataRow("Moments", "Goal", "name another column")]
    [DataRow("Number", "Goal", "ml.Transforms.Concatenate(\"Goal\", …)")]
    public void OtherTypesAreRefusedWithTheLineThatConverts(string column, string named, string line)
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new OtherRow()]);
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Keys", "Whole").Fit(data).Transform(data);
        IDataView goals = _ml.Transforms.CopyColumns("Goal", column).Fit(keyed).Transform(keyed);
        InvalidInputException refused = Assert.ThrowsExactly<InvalidInputException>(() => EstimatorCase.Of("critic").Create(_ml).Fit(goals));
        Assert.Contains($"Column \"{named}\"", refused.Message);
        Assert.Contains(goals.Schema["Goal"].Type.ToString()!, refused.Message);
        Assert.Contains(line, refused.Message);
        Assert.Contains(line, Assert.ThrowsExactly<InvalidInputException>(() => EstimatorCase.Of("critic").Create(_ml).GetOutputSchema(Shapes.Of(_ml, goals))).Message);
    }

    // The lines that the refusals name do convert.
    [TestMethod]
    [DataRow("Whole")]
    [DataRow("Texts")]
    [DataRow("Keys")]
    [DataRow("Number")]
    public void WhatIsConvertedIsTaken(string column)
    {
        MLContext ml = _ml;
        IDataView data = ml.Data.LoadFromEnumerable([new OtherRow()]);
        data = ml.Transforms.Conversion.MapValueToKey("Keys", "Real").Fit(data).Transform(data);
        data = ml.Transforms.CopyColumns("Goal", column).Fit(data).Transform(data);
        IEstimator<ITransformer> conversion = column switch
        {
            "Keys" => ml.Transforms.Conversion.MapKeyToValue("Goal"),
            "Number" => ml.Transforms.Concatenate("Goal", "Number", "Number"),
            _ => ml.Transforms.Conversion.ConvertType("Goal", outputKind: DataKind.Single),
        };
        data = conversion.Fit(data).Transform(data);
        IDataView fitted = ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(ml), EstimatorCase.Fitting()).Fit(data).Transform(data);
        IDataView expected = ml.MetaCritic().Data.Goals(Tables.Robot, [1, 1]);
        expected = ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(ml), EstimatorCase.Fitting()).Fit(expected).Transform(expected);
        Assert.AreEqual(Tables.Bits(expected, "Score"), Tables.Bits(fitted, "Score"));
    }

    // Every column of Single as one of Double.
    private IDataView Doubles(IDataView data)
    {
        InputOutputColumnPair[] columns = [.. data.Schema.Where(column => ((column.Type as VectorDataViewType)?.ItemType ?? column.Type).Equals(NumberDataViewType.Single)).Select(column => new InputOutputColumnPair(column.Name))];
        return _ml.Transforms.Conversion.ConvertType(columns, DataKind.Double).Fit(data).Transform(data);
    }

    private static ITransformer Reloaded(ITransformer model, IDataView data)
    {
        using MemoryStream stream = new();
        MLContext ml = new();
        ml.Model.Save(model, data.Schema, stream);
        return ml.Model.Load(stream, out _);
    }

    private sealed class SparseRow
    {
        [VectorType(4)]
        public VBuffer<double> State { get; set; }
    }

    private sealed class Whole
    {
        public double Number { get; set; }
    }

    private sealed class OtherRow
    {
        [VectorType(2)]
        public int[] Whole { get; set; } = [1, 1];

        [VectorType(2)]
        public double[] Real { get; set; } = [1, 1];

        [VectorType(2)]
        public string[] Texts { get; set; } = ["1", "1"];

        [VectorType(2)]
        public DateTime[] Moments { get; set; } = [default, default];

        public float Number { get; set; } = 1;
    }
}
