using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Hostile;

/// <summary>Files as large, as deep and as full as they can be: below 256 MiB, and below a second where nothing else runs.</summary>
[TestClass]
public sealed class OversizedFileTests
{
    public required TestContext TestContext { get; set; }

    /// <summary>JSON that is much in little space.</summary>
    public static IEnumerable<object[]> Fillings =>
    [
        ["nested arrays", "[", "", ""],
        ["nested objects", "{\"a\":", "", ""],
        ["members of one name", "\"\":0,", "{", "\"b\":0}"],
        ["items", "0,", "[", "0]"],
        ["empty objects", "{},", "[", "0]"],
        ["a long number", "1", "", ""],
        ["a long text", "x", "\"", "\""],
        ["a text of escapes", "\\u0000", "\"", "\""],
        ["a text of quotes", "\\\"", "\"", "\""],
    ];

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(Fillings))]
    public void Full_headers_are_refused(string what, string filling, string front, string back)
    {
        HostileRun run = new("sample");
        string json = front + string.Concat(Enumerable.Repeat(filling, (TensorFile.HeaderLimit - 64) / filling.Length)) + back;
        string original = HeaderOf(SampleModels.Critic().Bytes());
        foreach (string header in (string[])
        [
            json,
            "{\"product\":" + json + "}",
            original.Replace("\"criticHidden\":[3]", "\"criticHidden\":" + json, StringComparison.Ordinal),
            original.Replace("\"dynamicsSpread\":[]", "\"dynamicsSpread\":" + json, StringComparison.Ordinal),
            original.Replace("\"robot\":null", "\"robot\":" + json, StringComparison.Ordinal),
            original[..^1] + ",\"more\":" + json + "}",
        ])
        {
            byte[] text = Encoding.UTF8.GetBytes(header);
            if (text.Length > TensorFile.HeaderLimit)
            {
                text = text[..TensorFile.HeaderLimit];
            }

            byte[] bytes = WithHeader(SampleModels.Critic().Bytes(), text);
            Assert.IsNotNull(run.Try(() => SampleModels.LoadCritic(bytes), () => what));
        }

        TestContext.WriteLine($"{what}: {run}");
    }

    [TestMethod]
    public void The_largest_list_of_options_is_refused_or_read()
    {
        HostileRun run = new("sample");
        string spreads = string.Concat(Enumerable.Repeat("{\"parameter\":\"a\",\"low\":0,\"high\":1},", 25_000)).TrimEnd(',');
        string numbers = string.Concat(Enumerable.Repeat("1,", 400_000)).TrimEnd(',');
        string members = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"\"m{i}\":1,")).TrimEnd(',');
        foreach (string text in (string[])
        [
            $"{{\"training\":{{\"dynamicsSpread\":[{spreads}]}}}}",
            $"{{\"training\":{{\"criticHidden\":[{numbers}]}}}}",
            $"{{\"dynamics\":{{\"torqueScale\":[{numbers},0]}}}}",
            $"{{\"training\":{{{members}}}}}",
            $"{{{members}}}",
        ])
        {
            Assert.IsNotNull(run.Try(() => OptionsJson.Apply(text, new RigidBodyOptions(), new MetaTrainingOptions(), "sample"), () => text[..40]));
        }

        run.Try(() => OptionsJson.Apply($"{{\"dynamics\":{{\"torqueScale\":[{numbers}]}}}}", new RigidBodyOptions(), new MetaTrainingOptions(), "sample"), () => "numbers");
        TestContext.WriteLine(run.ToString());
    }

    [TestMethod]
    public void Networks_whose_sizes_overflow_are_refused()
    {
        HostileRun run = new("options");
        string wide = "[" + string.Join(',', Enumerable.Repeat(8192, 2)) + "]";
        MetaTrainingOptions options = SampleModels.Training with { PolicyHidden = [65_536] };
        Assert.IsNotNull(run.Try(() => _ = new NetworkInputs(1 << 20, 1, 1, options), () => "policy"));
        Assert.IsNotNull(run.Try(() => _ = new NetworkInputs(4, 1 << 20, 2, SampleModels.Training with { CriticHidden = [65_536] }), () => "critic"));
        Assert.IsNotNull(run.Try(() => _ = new NetworkInputs(int.MaxValue - 8, 1, 1, SampleModels.Training with { PolicyHidden = [1] }), () => wide));
        TrainingGoals goals = new() { Goals = [[1, 1], [2, 2], [3, 3]] };
        foreach (MetaTrainingOptions huge in (MetaTrainingOptions[])
        [
            SampleModels.Training with { PoliciesPerGoal = 1_000_000, Horizon = 100_000 },
            SampleModels.Training with { PoliciesPerGoal = 1_000_000, Horizon = 100_000, DynamicsSpread = [new("arm1.mass", 1, 2)] },
        ])
        {
            Assert.IsNotNull(run.Try(() => _ = new MetaTrainer(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals, huge), () => "training"));
        }

        using PolicyLearner learner = new(SampleModels.CriticOfRobot(), new PolicyLearnerOptions { Horizon = 100_000, BlockSize = 65_536 });
        FittingTask task = new() { Goal = [1, 1] };
        Assert.IsNotNull(run.Try(() => learner.Fit([.. Enumerable.Repeat(task, 20_000)]), () => "fitting"));
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("<link name='l{0}'/>", 100_000, "there are more than 5000 links")]
    [DataRow("<joint name='j{0}' type='fixed'><parent link='a'/><child link='b'/></joint>", 100_000, "there are more than 5000 joints")]
    [DataRow("<a>", 1_000_000, "")]
    [DataRow("<visual><geometry/></visual>", 400_000, "")]
    [DataRow("<gazebo/>", 1_500_000, "")]
    [DataRow("<!-- x -->", 1_500_000, "")]
    [DataRow("&lt;", 3_000_000, "")]
    [DataRow("<link name='l{0}'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link>", 100_000, "there are more than 5000 links")]
    public void Robots_without_end_are_refused(string element, int count, string message)
    {
        StringBuilder text = new("<robot name='r'>");
        for (int i = 0; i < count; i++)
        {
            text.Append(element.Replace("{0}", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        text.Append("</robot>");
        string document = text.ToString();
        HostileRun run = new("sample");
        string? error = run.Try(() => RobotModel.ParseUrdf(document, "sample"), () => element);
        Assert.Contains(message, error ?? "");
        Assert.IsNotNull(error);
        TestContext.WriteLine($"{element}: {run}");
    }

    [TestMethod]
    [DataRow("<!DOCTYPE robot [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><robot name='&c;'/>")]
    [DataRow("<!DOCTYPE robot [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><robot name='&x;'/>")]
    [DataRow("<!DOCTYPE robot SYSTEM 'http://127.0.0.1:9/robot.dtd'><robot name='r'/>")]
    [DataRow("<!DOCTYPE robot [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;]><robot name='r'/>")]
    [DataRow("<robot name='&undefined;'/>")]
    public void Entities_are_refused_unread(string document)
    {
        HostileRun run = new("sample");
        Assert.IsNotNull(run.Try(() => RobotModel.ParseUrdf(document, "sample"), () => document));
    }

    [TestMethod]
    [Timeout(300_000)]
    public void The_largest_robot_is_read()
    {
        HostileRun run = new("sample");
        StringBuilder chain = new("<robot name='r'>");
        for (int i = 0; i < RobotCaps.Links; i++)
        {
            chain.Append(System.Globalization.CultureInfo.InvariantCulture, $"<link name='{i}'><inertial><mass value='1'/><inertia ixx='1' ixy='0' ixz='0' iyy='1' iyz='0' izz='1'/></inertial></link>");
            if (i > 0)
            {
                chain.Append(System.Globalization.CultureInfo.InvariantCulture, $"<joint name='j{i}' type='continuous'><parent link='{i - 1}'/><child link='{i}'/><axis xyz='0 0 1'/><limit effort='1' velocity='1'/></joint>");
            }
        }

        string document = chain.Append("</robot>").ToString();
        Assert.IsNull(run.Try(() => Assert.AreEqual(RobotCaps.Links - 1, RobotModel.ParseUrdf(document, "sample").DegreesOfFreedom), () => "a chain"));
        TestContext.WriteLine(run.ToString());
    }

    private static string HeaderOf(byte[] file) => Encoding.UTF8.GetString(file, 24, BitConverter.ToInt32(file, 16));

    private static byte[] WithHeader(byte[] file, byte[] header) => Mutator.Signed(
        [.. file[..16], .. BitConverter.GetBytes(header.Length), .. file[20..24], .. header, .. file[(24 + BitConverter.ToInt32(file, 16))..]]);
}
