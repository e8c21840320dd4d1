using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>Tables of goals.</summary>
[TestClass]
public sealed class DataTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("goal_0,goal_1,arm2.mass,seed,note", "0.5,-0.25,2,7,one\n-1,1e-3,0.5,8,two\n")]
    [DataRow("note,interArm,seed,baseHinge,arm2.mass", "one,-0.25,7,0.5,2\ntwo,1e-3,8,-1,0.5\n")]
    [DataRow("note,\"interArm\",seed,goal_0,arm2.mass", "\"one\",-0.25, 7,0.5,2\n\"two\",1e-3,8 ,-1,0.5\n")]
    public void ATextFileBecomesATable(string header, string rows)
    {
        IDataView table = Load(header + "\n" + rows);
        Assert.AreEqual("Vector<Single, 2>", table.Schema["Goal"].Type.ToString());
        string[] goals = [.. table.GetColumn<float[]>("Goal").Select(goal => string.Join(" ", goal.Select(x => x.ToString(System.Globalization.CultureInfo.InvariantCulture))))];
        CollectionAssert.AreEqual((string[])["0.5 -0.25", "-1 0.001"], goals);
        CollectionAssert.AreEqual((float[])[2, 0.5f], table.GetColumn<float>("arm2.mass").ToArray());
        CollectionAssert.AreEqual((float[])[7, 8], table.GetColumn<float>("seed").ToArray());
        CollectionAssert.AreEqual((string[])["one", "two"], table.GetColumn<string>("note").ToArray());
        Assert.IsNull(table.Schema.GetColumnOrNull("StartState"));
    }

    [TestMethod]
    public void StartStatesAreAVectorToo()
    {
        IDataView one = Load("goal_0,goal_1,start_interArm\n1,2,3\n");
        CollectionAssert.AreEqual((float[])[0, 3, 0, 0], one.GetColumn<float[]>("StartState").Single());
        VBuffer<ReadOnlyMemory<char>> names = default;
        one.Schema["StartState"].GetSlotNames(ref names);
        CollectionAssert.AreEqual((string[])["baseHinge", "interArm", "baseHinge velocity", "interArm velocity"], names.DenseValues().Select(name => name.ToString()).ToArray());
        IDataView table = Load("goal_0,start_3,goal_1,start_0,start_1,start_2\n1,5,2,3,4,6\n", separator: ',');
        CollectionAssert.AreEqual((float[])[3, 4, 6, 5], table.GetColumn<float[]>("StartState").Single());
        IDataView tabs = Load("goal_0\tgoal_1\n1\t2\n", separator: '\t');
        CollectionAssert.AreEqual((float[])[1, 2], tabs.GetColumn<float[]>("Goal").Single());
    }

    [TestMethod]
    public void GoalsOfASystemWithoutARobotAreNumbered()
    {
        IDataView table = _ml.MetaCritic().Data.LoadGoals(Write("goal_0;name;start_2\n1;x;3\n"), positionSize: 1, stateSize: 3, separatorChar: ';');
        CollectionAssert.AreEqual((string[])["Goal", "StartState", "name"], table.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual((float[])[0, 0, 3], table.GetColumn<float[]>("StartState").Single());
        VBuffer<ReadOnlyMemory<char>> names = default;
        table.Schema["StartState"].GetSlotNames(ref names);
        Assert.AreEqual("start_2", names.GetItemOrDefault(2).ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MetaCritic().Data.LoadGoals(Write("goal_0\n1\n"), 0, 1));
    }

    [TestMethod]
    public void ALogBecomesATable()
    {
        IDataView log = Log("episode,id,state_0,state_1,action_0,next_state_0,next_state_1,step\n3,a,1,2,3,4,5,0\n3,a,5,6,7,8,9,1\n-4,b,9,8,7,6,5,0\n");
        CollectionAssert.AreEqual(
            (string[])["State", "Action", "NextState", "next_state_0", "next_state_1", "Episode", "id", "step"], log.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual((float[])[5, 6], log.GetColumn<float[]>("State").ElementAt(1));
        CollectionAssert.AreEqual((float[])[7], log.GetColumn<float[]>("Action").ElementAt(1));
        CollectionAssert.AreEqual((float[])[8, 9], log.GetColumn<float[]>("NextState").ElementAt(1));
        CollectionAssert.AreEqual((float[])[5, 9, 5], log.GetColumn<float>("next_state_1").ToArray());
        CollectionAssert.AreEqual((float[])[3, 3, -4], log.GetColumn<float>("Episode").ToArray());
        CollectionAssert.AreEqual((string[])["a", "a", "b"], log.GetColumn<string>("id").ToArray());
        VBuffer<ReadOnlyMemory<char>> names = default;
        log.Schema["State"].GetSlotNames(ref names);
        Assert.AreEqual("state_1", names.GetItemOrDefault(1).ToString());
    }

    [TestMethod]
    public void NumbersThatSingleDoesNotHoldAreNotRounded()
    {
        IDataView log = Log("episode,state_0,action_0,next_state_0\n20240131,1,2,3\n20240132,1,2,3\n20240131,1,2,3\n");
        CollectionAssert.AreEqual((float[])[0, 1, 0], log.GetColumn<float>("Episode").ToArray());
        string message = Assert.ThrowsExactly<InvalidInputException>(() => Load("goal_0,goal_1,seed\n1,2,16777215\n1,2,16777216\n")).Message;
        Assert.Contains("line 3, column \"seed\": value is \"16777216\". Give at most 16777215", message);
    }

    [TestMethod]
    public void ATableInMemoryIsReadLikeAnyOther()
    {
        IDataView table = Load("id,goal_0,goal_1\n" + string.Concat(Enumerable.Range(0, 3_000).Select(i => $"r{i},{i},-{i}\n")));
        Assert.AreEqual(3_000L, table.GetRowCount());
        (string, float)[] rows = [.. _ml.Data.CreateEnumerable<Row>(table, reuseRowObject: false).Select(row => (row.Id, row.Goal[1]))];
        CollectionAssert.AreEqual(Enumerable.Range(0, 3_000).Select(i => ($"r{i}", (float)-i)).ToArray(), rows);
        var split = _ml.Data.TrainTestSplit(table, testFraction: 0.25, seed: 1);
        string[] train = [.. split.TrainSet.GetColumn<string>("id")], test = [.. split.TestSet.GetColumn<string>("id")];
        CollectionAssert.AreEquivalent(rows.Select(row => row.Item1).ToArray(), train.Concat(test).ToArray());
        Assert.AreEqual(750, test.Length, 120);
        CollectionAssert.AreEqual(rows.Select(row => row.Item1).ToArray(), _ml.Data.Cache(table).GetColumn<string>("id").ToArray());
        CollectionAssert.AreEquivalent(rows.Select(row => row.Item1).ToArray(), _ml.Data.ShuffleRows(table, seed: 1).GetColumn<string>("id").ToArray());

        using DataViewRowCursor cursor = table.GetRowCursor([table.Schema["id"]]);
        Assert.IsFalse(cursor.IsColumnActive(table.Schema["Goal"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(table.Schema["Goal"]));
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(table.Schema["id"]);
        ReadOnlyMemory<char> value = default;
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
        while (cursor.MoveNext())
        {
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
    }

    [TestMethod]
    public void TheFileIsNotNeededAfterwards()
    {
        string path = Write("goal_0,goal_1\n1,2\n");
        IDataView table = _ml.MetaCritic().Data.LoadGoals(path, RobotModel.TwoLink);
        File.Delete(path);
        CollectionAssert.AreEqual((float[])[1, 2], table.GetColumn<float[]>("Goal").Single());
    }

    [TestMethod]
    public void AMissingFileIsSaid() =>
        Assert.Contains("no such file", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Data.LoadGoals("nowhere.csv", RobotModel.TwoLink)).Message);

    [TestMethod]
    public void GoalsFromArraysAreNamedAfterTheJoints()
    {
        IDataView table = _ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [1, 2], [3, 4]);
        CollectionAssert.AreEqual((float[])[3, 4], table.GetColumn<float[]>("Goal").Last());
        VBuffer<ReadOnlyMemory<char>> names = default;
        table.Schema["Goal"].GetSlotNames(ref names);
        Assert.AreEqual("interArm", names.GetItemOrDefault(1).ToString());
        Assert.Contains("Goal 2", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [1, 2], [3])).Message);
    }

    [TestMethod]
    public void DrawnGoalsAreFunctionsOfTheSeed()
    {
        float[][] drawn = Rows(_ml.MetaCritic().Data.RandomGoals(RobotModel.KukaIiwa7, 1000, -1, 2, seed: 5));
        Assert.IsTrue(drawn.All(goal => goal.Length == 7 && goal.All(x => x is >= -1 and < 2)));
        Assert.AreEqual(0.5, drawn.Average(goal => goal.Average()), 0.05);
        CollectionAssert.AreEqual(drawn[9], Rows(_ml.MetaCritic().Data.RandomGoals(RobotModel.KukaIiwa7, 10, -1, 2, seed: 5))[9]);
        CollectionAssert.AreNotEqual(drawn[9], Rows(_ml.MetaCritic().Data.RandomGoals(RobotModel.KukaIiwa7, 10, -1, 2, seed: 6))[9]);

        double[][] centers = [[1, 2], [-3, 0]];
        float[][] around = Rows(_ml.MetaCritic().Data.GoalsAround(RobotModel.TwoLink, centers, 0.5, 4000));
        double[] noise = [.. around.SelectMany((goal, i) => goal.Select((x, j) => x - centers[i % 2][j]))];
        Assert.AreEqual(0, noise.Average(), 0.02);
        Assert.AreEqual(0.25, noise.Average(x => x * x), 0.01);
        Assert.Contains("there are none", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Data.GoalsAround(RobotModel.TwoLink, [], 0.5, 4)).Message);
        Assert.Contains("3 components", Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Data.GoalsAround(RobotModel.TwoLink, [[1, 2, 3]], 0.5, 4)).Message);
    }

    private static float[][] Rows(IDataView table) => [.. table.GetColumn<float[]>("Goal")];

    private IDataView Load(string text, char separator = ',') => _ml.MetaCritic().Data.LoadGoals(Write(text), RobotModel.TwoLink, separator);

    private IDataView Log(string text) => _ml.MetaCritic().Data.LoadTransitions(Write(text));

    private static string Write(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("goals").FullName, "goals.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Row
    {
        [ColumnName("id")]
        public string Id { get; set; } = "";

        [VectorType(2)]
        public float[] Goal { get; set; } = [];
    }
}
