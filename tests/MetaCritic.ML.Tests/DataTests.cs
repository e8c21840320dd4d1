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
        IDataView table = Load("goal_0,start_3,goal_1,start_0,start_1,start_2\n1,5,2,3,4,6\n", separator: ',');
        CollectionAssert.AreEqual((float[])[3, 4, 6, 5], table.GetColumn<float[]>("StartState").Single());
        IDataView tabs = Load("goal_0\tgoal_1\n1\t2\n", separator: '\t');
        CollectionAssert.AreEqual((float[])[1, 2], tabs.GetColumn<float[]>("Goal").Single());
    }

    [TestMethod]
    [DataRow("goal_0\n1\n", "there is no column \"goal_1\" or \"interArm\"")]
    [DataRow("goal_0,goal_1,start_0\n1,2,3\n", "there is no column \"start_1\"")]
    [DataRow("goal_0,goal_1,baseHinge\n1,2,3\n", "\"baseHinge\"")]
    [DataRow("goal_0,goal_1,a,a\n1,2,3,4\n", "\"a\"")]
    [DataRow("", "it is empty")]
    [DataRow("\n\n", "no header row")]
    [DataRow("goal_0,goal_1,,x\n1,2,3,4\n", "a column has no name")]
    [DataRow("goal_0,\n1,2\n", "a column has no name")]
    public void BadFilesAreRefused(string text, string said) =>
        Assert.Contains(said, Assert.ThrowsExactly<InvalidInputException>(() => Load(text)).Message);

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

    private IDataView Load(string text, char separator = ',')
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("goals").FullName, "goals.csv");
        File.WriteAllText(path, text);
        return _ml.MetaCritic().Data.LoadGoals(path, RobotModel.TwoLink, separator);
    }
}
