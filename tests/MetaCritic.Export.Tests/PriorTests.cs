using System.Text;
using System.Text.Json;
using MetaCritic.Cli;
using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tests.Dynamics;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Export.Tests;

/// <summary>Exports of learned dynamics that correct a robot hold the robot's own step.</summary>
[TestClass]
public sealed class PriorTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Robots => Priors.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Robots))]
    public void ONNX_Runtime_computes_what_they_compute(string name)
    {
        ModelExport export = ModelExport.Of(Priors.Learn(name));
        double worst = Onnx.Worst(export);
        TestContext.WriteLine($"{name}: largest difference {worst:E2}; {string.Join(", ", Enum.GetValues<ExportFormat>().Select(format => $"{format} {Bytes(export, format).Length:N0} bytes"))}");
        Assert.IsLessThanOrEqualTo(1e-6, worst);
    }

    [TestMethod]
    [DataRow("gcc")]
    [DataRow("clang")]
    public void Compilers_take_them(string compiler) => CTests.Check(TestContext, compiler, [.. Priors.Names.Select(name => ModelExport.Of(Priors.Learn(name)))]);

    [TestMethod]
    [DynamicData(nameof(Robots))]
    public void A_reader_of_the_JSON_document_computes_what_they_compute(string name) => JsonTests.Check(ModelExport.Of(Priors.Learn(name)));

    /// <summary>What is switched off makes a difference in these samples, so that it is tested above.</summary>
    [TestMethod]
    [DataRow("kuka-all", "torque")]
    [DataRow("kuka-all", "velocity")]
    [DataRow("kuka-all", "position")]
    [DataRow("kuka-all", "friction")]
    [DataRow("kuka-all", "payload")]
    [DataRow("coupled-3-7", "torque")]
    [DataRow("coupled-111-11", "torque")]
    [DataRow("rough-3-6", "friction")]
    [DataRow("tied-104-6", "springs")]
    [DataRow("tree-5-5", "position")]
    [DataRow("tree-5-5", "velocity")]
    public void What_limits_the_samples_acts(string name, string what)
    {
        (RobotModel robot, RigidBodyOptions options) = (Priors.Robot(name), Priors.Stepping(name));
        RigidBodyDynamics limited = new(robot, options), free = new(
            what switch
            {
                "payload" => robot.With("payload.mass", 0),
                "springs" => TestRobots.WithJoints(robot, joint => joint with { Stiffness = 0 }),
                _ => robot,
            },
            what switch
            {
                "torque" => options with { TorqueLimits = false },
                "velocity" => options with { VelocityLimits = false },
                "position" => options with { PositionLimits = false },
                "friction" => options with { JointFriction = false },
                _ => options,
            });
        double[][][] rows = Samples.Rows(ModelExport.Of(Priors.Learn(name)), 100);
        int different = rows.Count(row =>
        {
            double[] one = new double[row[0].Length], other = new double[row[0].Length];
            limited.Step(0, 1, row[0], row[1], one);
            free.Step(0, 1, row[0], row[1], other);
            return one.Zip(other, (x, y) => Math.Abs(x - y)).Max() > 1e-3;
        });
        TestContext.WriteLine($"in {different} of 100 rows");
        Assert.IsGreaterThan(5, different);
    }

    [TestMethod]
    public void They_say_which_robot_they_correct()
    {
        ModelExport export = ModelExport.Of(Priors.Learn("kuka"));
        Assert.AreEqual("iiwa_joint_1 position", export.Inputs[0].Components[0].Name);
        Assert.AreEqual("× 6 N·m", export.Inputs[1].Components[0].Unit);
        JsonElement document = JsonDocument.Parse(Bytes(export, ExportFormat.Json)).RootElement;
        Assert.AreEqual(RobotModel.KukaIiwa7.Name, document.GetProperty("robot").GetString());
        Assert.AreEqual(RobotModel.KukaIiwa7.Name, document.GetProperty("prior").GetProperty("robot").GetProperty("name").GetString());
        Assert.AreEqual(0.01, document.GetProperty("prior").GetProperty("dynamics").GetProperty("timeStep").GetDouble());
        StringAssert.Contains(Encoding.UTF8.GetString(Bytes(export, ExportFormat.C)), "precision: the robot's own step in double precision");
        CollectionAssert.AreEqual(Bytes(export, ExportFormat.C), Bytes(ModelExport.Of(Priors.Learn("kuka")), ExportFormat.C));
    }

    [TestMethod]
    public async Task The_command_exports_and_checks_them()
    {
        using Workspace files = new();
        Priors.Learn("kuka-all").Save(files["arm.dynamics"]);
        ToolRun run = await ToolRun.Good("export", files["arm.dynamics"], "--out", files["f.onnx"], "--json");
        Assert.AreEqual("dynamics", run.Json.GetProperty("kind").GetString());
        Assert.AreEqual(14, run.Json.GetProperty("outputs").GetProperty("next_state").GetInt32());
        Assert.IsLessThan(1e-6, run.Json.GetProperty("largestDifference").GetDouble());
        await ToolRun.Good("export", files["arm.dynamics"], "--out", files["f.h"]);
        await ToolRun.Good("export", files["arm.dynamics"], "--out", files["f.json"]);
    }

    [TestMethod]
    public void A_prior_that_is_no_single_robot_is_refused()
    {
        RobotModel[] several = [Logs.WrongArm, .. Enumerable.Repeat(RobotModel.Reacher, 99)];
        foreach (IDifferentiableDynamics prior in (IDifferentiableDynamics[])[new RigidBodyDynamics(several, Logs.Stepping), new Own()])
        {
            LearnedDynamics learned = new DynamicsLearner(2, Logs.Quick, prior).Learn(Logs.Arm());
            InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => ModelExport.Of(learned));
            StringAssert.Contains(error.Message, "custom code or differs between roll-outs");
        }
    }

    [TestMethod]
    public void A_robot_that_takes_too_many_operations_is_refused()
    {
        RobotModel robot = TestRobots.Named("coupled-1-150");
        int n = robot.DegreesOfFreedom;
        Random random = new(1);
        double[][] Numbers(int size) => [.. Enumerable.Range(0, 20).Select(_ => TestRobots.Numbers(random, size, 0.01))];
        Transitions log = new() { States = Numbers(2 * n), Actions = Numbers(n), NextStates = Numbers(2 * n) };
        LearnedDynamics learned = new DynamicsLearner(n, Logs.Quick with { Epochs = 1 }, new RigidBodyDynamics(robot, new() { ImplicitDamping = true })).Learn(log);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => ModelExport.Of(learned)).Message, "an export holds up to 100,000");
    }

    private static byte[] Bytes(ModelExport export, ExportFormat format)
    {
        using MemoryStream stream = new();
        export.Save(stream, format);
        return stream.ToArray();
    }

    // The next state is the present one.
    private sealed class Own : IDifferentiableDynamics
    {
        public int StateSize => 4;

        public int ActionSize => 2;

        public int PositionSize => 2;

        public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates) => states.CopyTo(nextStates);

        public void StepVjp(
            int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents) =>
            nextCotangents.CopyTo(stateCotangents);
    }
}
