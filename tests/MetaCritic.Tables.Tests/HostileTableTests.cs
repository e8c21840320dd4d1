using System.Globalization;
using System.Text;
using MetaCritic.ML;
using MetaCritic.Robots;
using MetaCritic.Tests.Hostile;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.Tables.Tests;

/// <summary>Damaged and oversized tables of goals and logs of transitions, through both doors: the same result or the same error, within bounds of memory.</summary>
[TestClass]
public sealed class HostileTableTests
{
    private const int Cases = 1_000;

    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Kinds => [["goals"], ["transitions"]];

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Kinds))]
    public void Files_damaged_at_random_give_a_result_or_our_error(string kind) => Fuzz(kind, 1, Cases);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Kinds))]
    public void Files_damaged_a_million_times_give_a_result_or_our_error(string kind) => Fuzz(kind, HostileTarget.LongSeed, HostileTarget.LongCases / 2);

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Kinds))]
    public void Every_truncation_and_every_flipped_bit_gives_a_result_or_our_error(string kind)
    {
        using Workspace files = new();
        HostileTarget target = Target(kind, files);
        HostileRun run = new(target.Source);
        foreach (byte[] original in Corpus(kind).Take(4))
        {
            run.TryDamaged(original, target.Read);
        }

        TestContext.WriteLine($"{kind}: {run}");
        Assert.IsGreaterThan(0, run.Refused);
    }

    public static IEnumerable<object[]> FullTables =>
    [
        ["rows", "state_0,action_0,next_state_0\n", "1,2,3\n", ""],
        ["empty lines", "state_0,action_0,next_state_0\n", "\n", ": there are no rows below the header."],
        ["lines of spaces", "state_0,action_0,next_state_0\n", " \n", ": there are no rows below the header."],
        ["a row of commas", "", ",", ", line 1: the row is longer than 1048576 bytes."],
        ["many columns", "state_0", ",a1", ", line 1: the row is longer than 1048576 bytes."],
        ["one cell", "state_0,action_0,next_state_0\n1,2,", "3", ", line 2: the row is longer than 1048576 bytes."],
        ["a quotation mark that is not closed", "state_0,action_0,next_state_0\n1,2,3\n1,2,\"", "3,\n", ", line 3: the row is longer than 1048576 bytes."],
        ["zeros", "", "\0", ", line 1: the row is longer than 1048576 bytes."],
    ];

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(FullTables))]
    public void Large_files_stay_within_their_memory(string what, string front, string filling, string said)
    {
        using Workspace files = new();
        int count = ((16 << 20) - front.Length) / filling.Length;
        string file = files["full.csv"];
        using (StreamWriter writer = new(file))
        {
            writer.Write(front);
            for (int i = 0; i < count; i++)
            {
                writer.Write(filling);
            }
        }

        HostileRun run = new(file);
        string? error = run.Try(
            () =>
            {
                using TransitionReader reader = TransitionReader.Open(file);
                while (reader.Read())
                {
                    Assert.AreEqual(3, reader.NextState[0]);
                }
            },
            () => what);
        TestContext.WriteLine($"{what}: {run}");
        Assert.StartsWith(said.Length == 0 ? "" : file + said, error ?? "");
        Assert.AreEqual(said.Length == 0, error is null);
    }

    [TestMethod]
    [Timeout(300_000)]
    public void A_log_without_end_is_refused()
    {
        using Workspace files = new();
        string file = files["log.csv"];
        File.WriteAllText(file, "state_0,action_0,next_state_0\n" + string.Concat(Enumerable.Repeat("1,2,3\n", TableReader.RowLimit + 1)));
        HostileRun run = new(file);
        string? error = run.Try(
            () =>
            {
                using TransitionReader reader = TransitionReader.Open(file);
                while (reader.Read())
                {
                }
            },
            () => "too many rows");
        Assert.AreEqual($"{file}: the table has more than 3000000 rows or 50000000 cells. Split it into several files.", error);
        TestContext.WriteLine(run.ToString());
    }

    [TestMethod]
    public void Too_many_columns_are_refused()
    {
        using Workspace files = new();
        string file = files.Write("log.csv", "state_0,action_0,next_state_0," + string.Join(',', Enumerable.Range(0, TableReader.ColumnLimit).Select(i => "a" + i)) + "\n");
        Assert.AreEqual(
            $"{file}, line 1: the header has more than 10000 columns. Give fewer.", Assert.ThrowsExactly<InvalidInputException>(() => TransitionReader.Open(file)).Message);
    }

    [TestMethod]
    [Timeout(300_000)]
    public void A_log_of_half_a_million_rows_takes_four_bytes_per_number()
    {
        const int Rows = 500_000, Columns = 10;
        using Workspace files = new();
        string file = files["log.csv"];
        using (StreamWriter writer = new(file))
        {
            writer.Write("step,episode,state_0,state_1,state_2,state_3,action_0,action_1,next_state_0,next_state_1,next_state_2,next_state_3\n");
            for (int row = 0; row < Rows; row++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row % 45},{row / 45},0.25,{row},-1.5,0.125,{-row},3,4,5,6,7\n"));
            }
        }

        MLContext ml = new(seed: 1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        IDataView log = ml.MetaCritic().Data.LoadTransitions(file);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.WriteLine($"{kept / 1048576.0:0.0} MiB are kept of {new FileInfo(file).Length / 1048576.0:0.0} MiB");

        // The numbers and the episode in 4 bytes each, a reference to the text of the step.
        Assert.IsLessThan((long)(1.25 * Rows * ((4 * (Columns + 1)) + 8)), kept);
        Assert.AreEqual(Rows, log.GetRowCount());
        Assert.AreEqual(Rows - 1, log.GetColumn<float[]>("State").Last()[1]);
        Assert.AreEqual(((Rows - 1) % 45).ToString(CultureInfo.InvariantCulture), log.GetColumn<string>("step").Last());
    }

    [TestMethod]
    public void A_column_unknown_among_thousands_is_named_alone()
    {
        using Workspace files = new();
        StringBuilder urdf = new("<robot name='r'><link name='l0'/>");
        for (int i = 1; i < 3_000; i++)
        {
            urdf.Append(CultureInfo.InvariantCulture, $"<link name='l{i}'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link><joint name='j{i}' type='continuous'><parent link='l{i - 1}'/><child link='l{i}'/><axis xyz='0 0 1'/><limit effort='1' velocity='1'/></joint>");
        }

        RobotModel robot = RobotModel.ParseUrdf(urdf.Append("</robot>").ToString());
        string file = files.Write("goals.csv", string.Join(',', Enumerable.Range(0, 9_000).Select(i => "x" + i)) + ",l1.masss\n");
        HostileRun run = new(file);
        Assert.Contains("the column \"l1.masss\" is unknown", run.Try(() => GoalReader.Open(file, robot), () => "columns") ?? "");
        File.WriteAllText(file, string.Join(',', Enumerable.Range(0, 9_000).Select(i => "x" + i)) + "\n");
        Assert.Contains("the goal of the joint \"j1\"", run.Try(() => GoalReader.Open(file, robot), () => "columns") ?? "");
        TestContext.WriteLine(run.ToString());
    }

    private void Fuzz(string kind, int seed, int cases)
    {
        using Workspace files = new();
        HostileRun run = Target(kind, files).Fuzz(seed, cases);
        TestContext.WriteLine($"{kind}: {run}");
        Assert.IsGreaterThan(0, run.Refused);
        Assert.IsGreaterThan(0, run.Accepted);
    }

    private static byte[][] Corpus(string kind) =>
        [.. (kind == "goals" ? GoalCases.All : TransitionCases.All).Where(table => table.Said is null && table.Separator == ',').Select(table => table.Bytes).OrderBy(bytes => -bytes.Length)];

    private static HostileTarget Target(string kind, Workspace files)
    {
        byte[][] corpus = Corpus(kind);
        string file = files["hostile"];
        return new(
            kind,
            file,
            mutator => mutator.Below(4) == 0
                ? mutator.Bytes(corpus[mutator.Below(corpus.Length)], corpus[^1])
                : Encoding.UTF8.GetBytes(mutator.Text(Encoding.UTF8.GetString(corpus[mutator.Below(corpus.Length)]), Encoding.UTF8.GetString(corpus[mutator.Below(corpus.Length)]))),
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                ReadThroughBothDoors(kind, file);
            });
    }

    // The layer alone refuses seeds that single precision does not hold; the tool alone, weights that are all 0.
    private static void ReadThroughBothDoors(string kind, string file)
    {
        Func<string> tool = () => kind == "goals" ? Doors.GoalsByTheToolsReader(file) : Doors.TransitionsByTheToolsReader(file);
        string layer = Doors.Said(() => kind == "goals" ? Doors.GoalsByTheLayer(file) : Doors.TransitionsByTheLayer(file));
        if (!layer.Contains("the column is of Single", StringComparison.Ordinal) && !Doors.Said(tool).Contains("all weights are 0", StringComparison.Ordinal))
        {
            Assert.AreEqual(Doors.Said(tool), layer);
        }

        tool();
    }
}
