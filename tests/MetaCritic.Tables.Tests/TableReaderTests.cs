using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tables.Tests;

/// <summary>What the readers give to programs that use them alone.</summary>
[TestClass]
public sealed class TableReaderTests
{
    [TestMethod]
    public void Rows_come_one_after_the_other()
    {
        using Workspace files = new();
        using TableReader table = TableReader.Open(files.Write("a.csv", "\n\"a\", b ,c\r\n1, x ,\"y\nz\"\r\n\r\n-2,\"\"\"\",\r\n"));
        CollectionAssert.AreEqual((string[])["a", "b", "c"], table.Columns.ToArray());
        Assert.AreEqual("\"a\", b ,c", table.RawHeader);
        Assert.AreEqual(1, table.IndexOf("b"));
        Assert.AreEqual(-1, table.IndexOf("B"));
        Assert.IsTrue(table.Read());
        Assert.AreEqual(3, table.Line);
        Assert.AreEqual("1, x ,\"y\nz\"", Encoding.UTF8.GetString(table.RawRow));
        Assert.AreEqual((1.0, 1L, "x", "y\nz"), (table.GetNumber(0), table.GetInteger(0), table.GetText(1), table.GetText(2)));
        Assert.IsTrue(table.Read());
        Assert.AreEqual(6, table.Line);
        Assert.AreEqual((-2.0, -2L, "\"", ""), (table.GetNumber(0), table.GetInteger(0), table.GetText(1), table.GetText(2)));
        Assert.EndsWith("a.csv, line 6, column \"b\": value is \"\"\". Give a number.", table.Error(1, "Give a number").Message);
        Assert.IsFalse(table.Read());
    }

    [TestMethod]
    public void Goals_come_with_all_that_belongs_to_them()
    {
        using Workspace files = new();
        string file = files.Write("goals.csv", "id,interArm,goal_0,start_interArm,start_2,arm2.mass,weight,seed\na,1,2,3,4,5,6,18446744073709551615\nb,-1,-2,-3,-4,5,0,8\n");
        using GoalReader reader = GoalReader.Open(file, RobotModel.TwoLink);
        Assert.IsTrue(reader.HasStartStates && reader.HasWeights && reader.HasSeeds);
        CollectionAssert.AreEqual((string[])["arm2.mass"], reader.ParameterNames.ToArray());
        CollectionAssert.AreEqual((int[])[0], reader.OtherColumns.ToArray());
        Assert.IsTrue(reader.Read());
        CollectionAssert.AreEqual((double[])[2, 1], reader.Goal.ToArray());
        CollectionAssert.AreEqual((double[])[0, 3, 4, 0], reader.StartState.ToArray());
        CollectionAssert.AreEqual((double[])[5], reader.ParameterValues.ToArray());
        Assert.AreEqual((6.0, ulong.MaxValue, 5.0, "a"), (reader.Weight, reader.Seed, reader.Robot!.GetParameter("arm2.mass"), reader.Table.GetText(0)));
        RobotModel robot = reader.Robot;
        TrainingGoals rest = reader.ReadTrainingGoals();
        CollectionAssert.AreEqual((double[])[-2, -1], rest.Goals.Single());
        CollectionAssert.AreEqual((double[])[0, -3, -4, 0], rest.StartStates!.Single());
        Assert.AreEqual((0.0, 5.0), (rest.Weights!.Single(), rest.ParameterValues!.Single()[0]));
        Assert.AreSame(robot, reader.Robot);
    }

    [TestMethod]
    public void Goals_without_more_have_nothing_else()
    {
        using Workspace files = new();
        using GoalReader reader = GoalReader.Open(files.Write("goals.csv", "goal_0,goal_1\n1,2\n"), RobotModel.TwoLink);
        Assert.IsTrue(reader.Read());
        Assert.AreEqual((1.0, 0UL), (reader.Weight, reader.Seed));
        Assert.AreSame(RobotModel.TwoLink, reader.Robot);
        using GoalReader again = GoalReader.Open(files["goals.csv"], RobotModel.TwoLink);
        TrainingGoals goals = again.ReadTrainingGoals();
        Assert.IsTrue(goals is { StartStates: null, Weights: null, ParameterValues: null, ParameterNames.Count: 0 });
    }

    [TestMethod]
    public void A_system_without_a_robot_has_numbers_alone()
    {
        using Workspace files = new();
        using GoalReader reader = GoalReader.Open(files.Write("goals.csv", "goal_1,goal_0,start_2,name\n1,2,3,x\n"), positionSize: 2, stateSize: 3);
        Assert.IsTrue(reader.Read());
        CollectionAssert.AreEqual((double[])[2, 1], reader.Goal.ToArray());
        CollectionAssert.AreEqual((double[])[0, 0, 3], reader.StartState.ToArray());
        Assert.IsNull(reader.Robot);
        string Refused(string header) => Assert.ThrowsExactly<InvalidInputException>(() => GoalReader.Open(files.Write("bad.csv", header + "\n1\n"), 2, 3)).Message;
        Assert.Contains("there is no place for the column \"start_3\": a state has 3 numbers, start_0 ... start_2.", Refused("goal_0,goal_1,start_3"));
        Assert.Contains("the column \"arm2.mass\" is unknown: there is no robot whose parameter it could be.", Refused("goal_0,goal_1,arm2.mass"));
        Assert.Contains("there is no column for the goal of position 1. Add a column goal_1;", Refused("goal_0,start_1"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GoalReader.Open(files["goals.csv"], 0, 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GoalReader.Open(files["goals.csv"], 3, 2));
    }

    [TestMethod]
    [DataRow("my joint\n1\n", ',')]
    [DataRow("my joint \n1\n", ';')]
    public void A_joints_name_is_no_list_of_names(string text, char separator)
    {
        RobotModel robot = RobotModel.ParseUrdf(
            "<robot name='r'><link name='a'/><link name='b'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link>"
            + "<joint name='my joint' type='continuous'><parent link='a'/><child link='b'/><axis xyz='0 0 1'/></joint></robot>");
        using Workspace files = new();
        using GoalReader reader = GoalReader.Open(files.Write("goals.csv", text), robot, new() { Separator = separator });
        Assert.IsTrue(reader.Read());
        Assert.AreEqual(1, reader.Goal[0]);
    }

    [TestMethod]
    [DataRow(true, ',')]
    [DataRow(false, '\t')]
    public void A_log_is_written_and_read_back_to_the_same_bits(bool episodes, char separator)
    {
        using Workspace files = new();
        Random random = new(1);
        double[][] Rows(int width) => [.. Enumerable.Range(0, 50).Select(_ => (double[])[.. Enumerable.Range(0, width).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)))])];
        Transitions log = new() { States = Rows(3), Actions = Rows(2), NextStates = Rows(3), Episodes = episodes ? [.. Enumerable.Range(0, 50).Select(row => (long)(7 - (row / 20)))] : null };
        TableFormat format = new() { Separator = separator };
        TransitionWriter.Write(files["log.csv"], log, format);
        using TransitionReader reader = TransitionReader.Open(files["log.csv"], format);
        Assert.AreEqual(episodes, reader.HasEpisodes);
        Transitions read = reader.ReadTransitions();
        foreach ((IReadOnlyList<double[]> expected, IReadOnlyList<double[]> actual) in new[] { (log.States, read.States), (log.Actions, read.Actions), (log.NextStates, read.NextStates) })
        {
            CollectionAssert.AreEqual(expected.SelectMany(row => row).ToArray(), actual.SelectMany(row => row).ToArray());
        }

        Assert.AreEqual(episodes, log.Episodes?.SequenceEqual(read.Episodes!) ?? false);
        if (episodes)
        {
            string[] steps = [.. File.ReadLines(files["log.csv"]).Skip(1).Select(line => line.Split(separator)[1])];
            CollectionAssert.AreEqual(Enumerable.Range(0, 50).Select(row => (row % 20).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray(), steps);
        }
    }

    [TestMethod]
    public void Rows_of_several_sizes_are_not_written()
    {
        using Workspace files = new();
        Transitions log = new() { States = [[1], [1]], Actions = [[1], [1, 2]], NextStates = [[1], [1]] };
        Assert.Contains("row 2: it has 4 numbers, but the first row has 3", Assert.ThrowsExactly<InvalidInputException>(() => TransitionWriter.Write(files["log.csv"], log)).Message);
        Assert.Contains("there are none", Assert.ThrowsExactly<InvalidInputException>(() => TransitionWriter.Write(files["log.csv"], new() { States = [], Actions = [], NextStates = [] })).Message);
        Assert.IsEmpty(files.Files());
    }

    [TestMethod]
    public void Separators_that_could_be_in_a_number_are_refused()
    {
        foreach (char separator in "a1.+-_\"\n\0é")
        {
            string message = Assert.ThrowsExactly<InvalidInputException>(() => TransitionReader.Open("none", new() { Separator = separator })).Message;
            Assert.StartsWith("Separator: value is ", message);
            Assert.DoesNotContain('\n', message);
        }

        foreach (char separator in ",;\t| :/")
        {
            new TableFormat { Separator = separator }.Validate();
        }
    }

    [TestMethod]
    public void Files_that_cannot_be_read_are_named()
    {
        using Workspace files = new();
        Assert.AreEqual($"{files["none.csv"]}: there is no such file. Check the name.", Assert.ThrowsExactly<InvalidInputException>(() => TableReader.Open(files["none.csv"])).Message);
        Assert.AreEqual($"{files["."]}: this is a folder. Give a file.", Assert.ThrowsExactly<InvalidInputException>(() => TableReader.Open(files["."])).Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    [Timeout(60_000)]
    public void A_pipe_is_read_as_it_comes()
    {
        using Workspace files = new();
        string pipe = files["pipe"];
        Process.Start("mkfifo", [pipe]).WaitForExit();
        Task write = Task.Run(() =>
        {
            using FileStream stream = new(pipe, FileMode.Open, FileAccess.Write);
            foreach (byte letter in "goal_0\n0.5\n1.5\n"u8.ToArray())
            {
                stream.WriteByte(letter);
                stream.Flush();
            }
        });
        using GoalReader reader = GoalReader.Open(pipe, 1, 2);
        Assert.AreEqual(1.5, reader.ReadTrainingGoals().Goals[1][0]);
        write.Wait();
    }

    [TestMethod]
    public void A_reader_closes_its_file()
    {
        using Workspace files = new();
        string file = files.Write("goals.csv", "goal_0\n1\n");
        GoalReader.Open(file, 1, 2).Dispose();
        Assert.ThrowsExactly<InvalidInputException>(() => GoalReader.Open(file, 2, 4));
        using FileStream alone = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }
}
