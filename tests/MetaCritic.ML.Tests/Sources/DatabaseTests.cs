using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests.Sources;

/// <summary>Goals come from a database.</summary>
[TestClass]
public sealed class DatabaseTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _connection = $"Data Source={Path.Combine(Directory.CreateTempSubdirectory("database").FullName, "goals.db")};Pooling=False";

    [TestInitialize]
    public void Fill()
    {
        using SqliteConnection connection = new(_connection);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "create table goals(id text, shoulder real, elbow real, mass integer); insert into goals values('a', 0.5, 0.1, 1), ('b', 0.25, -0.2, 2), ('c', -0.5, 0.3, 1)";
        command.ExecuteNonQuery();
    }

    [TestMethod]
    [DataRow(DbType.Single)]
    [DataRow(DbType.Double)]
    public void GoalsComeFromAVectorColumn(DbType type)
    {
        IDataView goals = Load("select shoulder, elbow, id from goals order by id", new("Goal", type, 0, 1), new("id", DbType.String, 2));
        IDataView arrays = _ml.MetaCritic().Data.Goals(Tables.Robot, [0.5, 0.1], [0.25, -0.2], [-0.5, 0.3]);
        PolicyFittingEstimator fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting());
        IDataView fitted = fitting.Fit(goals).Transform(goals);
        Assert.AreEqual(Tables.Bits(fitting.Fit(arrays).Transform(arrays), "Policy"), Tables.Bits(fitted, "Policy"));
        CollectionAssert.AreEqual((string[])["a", "b", "c"], fitted.GetColumn<string>("id").ToArray());

        CriticTrainer trainer = EstimatorCase.Of("critic").Create(_ml) as CriticTrainer ?? throw new AssertFailedException();
        Assert.AreEqual(trainer.Fit(arrays).Model.TaskLoss, trainer.Fit(goals).Model.TaskLoss);
    }

    [TestMethod]
    public void WholeNumbersAreRefusedWithTheLineThatConverts()
    {
        IDataView goals = Load("select shoulder, elbow, mass from goals", new("Goal", DbType.Double, 0, 1), new("mass", DbType.Int64, 2));
        PolicyFittingEstimator fitting = _ml.MetaCritic().Transforms.FitPolicies(
            EstimatorCase.Critic(_ml), new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, DynamicsColumns = { ["mass"] = "arm2.mass" } });
        Assert.Contains("ml.Transforms.Conversion.ConvertType(\"mass\", outputKind: DataKind.Single)", Assert.ThrowsExactly<InvalidInputException>(() => fitting.Fit(goals)).Message);
        IDataView converted = _ml.Transforms.Conversion.ConvertType("mass", outputKind: DataKind.Single).Fit(goals).Transform(goals);
        Assert.HasCount(3, fitting.Fit(converted).Transform(converted).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void ANullIsRefused()
    {
        IDataView goals = Load("select shoulder, nullif(elbow, -0.2) from goals order by id", new DatabaseLoader.Column("Goal", DbType.Double, 0, 1));
        string message = Assert.ThrowsExactly<InvalidInputException>(() => EstimatorCase.Of("critic").Create(_ml).Fit(goals)).Message;
        Assert.Contains("row 2", message);
        Assert.Contains("NaN", message);
    }

    private IDataView Load(string query, params DatabaseLoader.Column[] columns) =>
        _ml.Data.CreateDatabaseLoader(columns).Load(new DatabaseSource(SqliteFactory.Instance, _connection, query));
}
