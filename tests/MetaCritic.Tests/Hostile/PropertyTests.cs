using FsCheck;
using FsCheck.Fluent;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Hostile;

/// <summary>What holds for any input that FsCheck draws; the seed is fixed.</summary>
[TestClass]
public sealed class PropertyTests
{
    [TestMethod]
    public void Any_text_is_a_robot_options_or_our_error() => Check(Prop.ForAll<string?>(text =>
    {
        HostileRun run = new("sample");
        run.Try(() => RobotModel.ParseUrdf(text ?? "", "sample"), () => text ?? "");
        run.Try(() => RobotModel.ParseUrdf($"<robot name='r'>{text}</robot>", "sample"), () => text ?? "");
        run.Try(() => OptionsJson.Apply(text ?? "", new RigidBodyOptions(), new MetaTrainingOptions(), "sample"), () => text ?? "");
        new HostileRun("").Try(() => OptionsJson.Set("taskLoss=" + text, new RigidBodyOptions(), new MetaTrainingOptions()), () => text ?? "");
    }));

    [TestMethod]
    public void Any_bytes_behind_the_mark_are_refused() => Check(Prop.ForAll<byte[]>(bytes =>
    {
        byte[] file = Mutator.Signed([.. TensorFile.Magic, .. BitConverter.GetBytes(TensorFile.FormatVersion), 2, 0, 0, 0, .. bytes, .. new byte[32]]);
        Assert.IsNotNull(new HostileRun("sample").Try(() => SampleModels.LoadPolicy(file), () => Convert.ToBase64String(file)));
    }));

    [TestMethod]
    public void Any_numbers_come_back_bit_by_bit() => Check(Prop.ForAll<double[], long[]>((doubles, longs) =>
    {
        TensorFile file = new(TensorFileKind.Policy, _ => { });
        file.Add<double>("doubles", doubles);
        file.Add<long>("longs", longs);
        using MemoryStream stream = new();
        file.Save(stream);
        stream.Position = 0;
        TensorFile read = TensorFile.Load(stream, TensorFileKind.Policy, "sample");
        CollectionAssert.AreEqual(doubles.Select(BitConverter.DoubleToUInt64Bits).ToArray(), read.Get<double>("doubles").Select(BitConverter.DoubleToUInt64Bits).ToArray());
        CollectionAssert.AreEqual(longs, read.Get<long>("longs"));
    }));

    [TestMethod]
    public void Any_policy_is_saved_and_read_or_refused_as_a_whole() => Check(Prop.ForAll<float, double, double>((weight, goal, scale) =>
    {
        PolicyModel Policy() => new()
        {
            Network = new MlpShape([1, 1], Activation.Tanh),
            Parameters = new[] { weight, 0 },
            PositionSize = 1,
            PositionScale = scale,
            VelocityScale = 1,
            Goal = [goal],
            ProductVersion = "0.1.0",
        };
        if (float.IsFinite(weight) && double.IsFinite(goal) && double.IsFinite(scale) && scale > 0)
        {
            byte[] bytes = Policy().Bytes();
            CollectionAssert.AreEqual(bytes, SampleModels.LoadPolicy(bytes).Bytes());
        }
        else
        {
            using MemoryStream stream = new();
            Assert.ThrowsExactly<InvalidInputException>(() => Policy().Save(stream));
            Assert.AreEqual(0, stream.Length);
        }
    }));

    [TestMethod]
    public void Any_value_of_a_parameter_makes_a_robot_that_comes_back_or_our_error() => Check(Prop.ForAll<double, int>((value, which) =>
    {
        IReadOnlyList<RobotParameter> parameters = RobotModel.KukaIiwa7.Parameters;
        string name = parameters[(int)((uint)which % (uint)parameters.Count)].Name;
        new HostileRun("").Try(
            () =>
            {
                RobotModel robot = RobotModel.KukaIiwa7.With(name, value);
                string json = EngineTargets.Json(robot);
                using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json);
                Assert.AreEqual(json, EngineTargets.Json(RobotModel.ReadJson(document.RootElement, "sample")));
            },
            () => $"{name} = {value:R}");
    }));

    private static void Check(Property property) => property.Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(1, 3));
}
