using System.Security.Cryptography;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics.Learned;

namespace MetaCritic.Tests.Models;

[TestClass]
public sealed class ModelTests
{
    [TestMethod]
    public void A_critic_comes_back_bit_by_bit()
    {
        CriticModel model = SampleModels.CriticOfRobot();
        byte[] bytes = model.Bytes();
        CriticModel read = SampleModels.LoadCritic(bytes);
        Assert.AreEqual(model.Network, read.Network);
        Assert.IsTrue(model.Parameters.Span.SequenceEqual(read.Parameters.Span));
        Assert.AreEqual(4, read.StateSize);
        Assert.AreEqual(2, read.ActionSize);
        Assert.AreEqual(2, read.PositionSize);
        Assert.AreEqual(1.5, read.Robot!.GetParameter("arm2.mass"));
        Assert.AreEqual("two-link", read.Robot.Name);
        Assert.AreEqual(0.05, read.Dynamics!.TimeStep);
        CollectionAssert.AreEqual((double[])[0.5, 2], read.Dynamics.TorqueScale.ToArray());
        Assert.IsEmpty(OptionsJson.Differences(model.Training, read.Training));
        Assert.AreEqual(ulong.MaxValue, read.Training.Seed);
        Assert.AreEqual(double.PositiveInfinity, read.Training.RestartError);
        CollectionAssert.AreEqual((double[])[1 / 3.0, 5e-324], read.Goals.Goals[1]);
        Assert.AreEqual(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(read.Goals.StartStates![1][3]));
        CollectionAssert.AreEqual((double[])[1, 0.25], read.Goals.Weights!.ToArray());
        CollectionAssert.AreEqual((string[])["arm2.mass", "gravity.z"], read.Goals.ParameterNames.ToArray());
        CollectionAssert.AreEqual((double[])[1, -9], read.Goals.ParameterValues![0]);
        Assert.AreEqual(5, read.Iterations);
        Assert.AreEqual(Math.PI, read.TaskLoss);
        Assert.IsTrue(double.IsNaN(read.FinalError));
        Assert.AreEqual("0.1.0", read.ProductVersion);
        CollectionAssert.AreEqual(bytes, read.Bytes());
    }

    [TestMethod]
    public void A_critic_without_robot_start_states_and_weights_comes_back()
    {
        CriticModel read = SampleModels.LoadCritic(SampleModels.Critic(goals: new TrainingGoals { Goals = [[1, 2]] }).Bytes());
        Assert.IsNull(read.Robot);
        Assert.IsNull(read.Dynamics);
        Assert.IsNull(read.Goals.StartStates);
        Assert.IsNull(read.Goals.Weights);
    }

    [TestMethod]
    public void A_policy_comes_back_bit_by_bit()
    {
        PolicyModel model = SampleModels.Policy();
        PolicyModel read = SampleModels.LoadPolicy(model.Bytes());
        Assert.AreEqual(model.Network, read.Network);
        Assert.IsTrue(model.Parameters.Span.SequenceEqual(read.Parameters.Span));
        Assert.AreEqual(2, read.PositionSize);
        Assert.AreEqual(0.5, read.PositionScale);
        Assert.AreEqual(0.25, read.VelocityScale);
        CollectionAssert.AreEqual((double[])[0.1, 1e300], read.Goal.ToArray());
        CollectionAssert.AreEqual(model.Bytes(), read.Bytes());
    }

    [TestMethod]
    public void A_largest_action_is_kept_and_kept_to()
    {
        PolicyModel free = SampleModels.Policy([4, 2, 2], [.. SampleModels.Parameters(16).Select(x => 3 * x)], [0.1, 0.2]);
        PolicyModel model = SampleModels.Limited(free, 0.7);
        PolicyModel read = SampleModels.LoadPolicy(model.Bytes());
        Assert.AreEqual(0.7, read.ActionLimit);
        CollectionAssert.AreEqual(model.Bytes(), read.Bytes());
        double[] z = new double[2], action = new double[2];
        free.Act([1, 2, 3, 4], z);
        read.Act([1, 2, 3, 4], action);
        Assert.AreEqual(0.7 * Math.Tanh(z[0]), action[0], 1e-6);
        Assert.AreEqual(0.7 * Math.Tanh(z[1]), action[1], 1e-6);
        Assert.IsGreaterThan(0.7, Math.Max(Math.Abs(z[0]), Math.Abs(z[1])), "the limit acts");
        foreach (double limit in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            Assert.Contains("largest action", Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.Limited(free, limit).Validate()).Message);
        }

        Assert.Contains("a largest action of 1 does not go with a network whose output is linear", Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.Limited(free, 1, free.Network).Validate()).Message);
    }

    [TestMethod]
    public void The_beginning_of_a_file_tells_what_it_is()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string Written(byte[] bytes)
        {
            string file = Path.Combine(folder, "file");
            File.WriteAllBytes(file, bytes);
            return file;
        }

        byte[] policy = SampleModels.Policy().Bytes();
        Assert.AreEqual("critic", ModelFile.Peek(Written(SampleModels.Critic().Bytes())));
        Assert.AreEqual("policy", ModelFile.Peek(Written(policy)));
        Assert.AreEqual("policy", ModelFile.Peek(Written(policy[..16])));
        Assert.IsNull(ModelFile.Peek(Written(policy[..15])));
        Assert.IsNull(ModelFile.Peek(Written([.. "MCTF, a text that begins like our files"u8])));
        Assert.IsNull(ModelFile.Peek(Written([])));
        Assert.Contains("there is no such file", Assert.ThrowsExactly<InvalidInputException>(() => ModelFile.Peek(Path.Combine(folder, "none"))).Message);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void A_policy_is_made_again_from_its_parameters()
    {
        CriticModel critic = SampleModels.Critic(SampleModels.Training with { ActionLimit = 2 });
        float[] parameters = SampleModels.Parameters(critic.PolicyNetwork.ParameterCount);
        PolicyModel policy = critic.CreatePolicy(parameters, [0.1, 0.2]);
        Assert.AreEqual("4-2-2, tanh, tanh", critic.PolicyNetwork.ToString());
        Assert.AreEqual((2.0, 0.1, 1.0, 2), (policy.ActionLimit, policy.VelocityScale, policy.PositionScale, policy.PositionSize));
        Assert.IsTrue(policy.Parameters.Span.SequenceEqual(parameters));
        Assert.ThrowsExactly<InvalidInputException>(() => critic.CreatePolicy(parameters.AsSpan(1), [0.1, 0.2]));
        Assert.ThrowsExactly<InvalidInputException>(() => critic.CreatePolicy(parameters, [0.1]));
    }

    [TestMethod]
    public void A_goal_has_as_many_components_as_positions() => Assert.AreEqual(2, SampleModels.Critic().GoalSize);

    [TestMethod]
    public void Files_hold_the_same_bytes_as_streams()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string file = Path.Combine(folder, "ç ı.critic");
        SampleModels.Critic().Save(file);
        CollectionAssert.AreEqual(SampleModels.Critic().Bytes(), File.ReadAllBytes(file));
        Assert.AreEqual(5, CriticModel.Load(file).Iterations);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => PolicyModel.Load(file)).Message, "it holds a critic, not a policy. Give a policy file");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void The_files_of_format_version_1_are_read()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "TestData", "models");
        byte[] critic = File.ReadAllBytes(Path.Combine(folder, "v1.critic"));
        byte[] policy = File.ReadAllBytes(Path.Combine(folder, "v1.policy"));
        CollectionAssert.AreEqual(SampleModels.Critic().Bytes(), SampleModels.LoadCritic(critic).Bytes());
        CollectionAssert.AreEqual(SampleModels.Policy().Bytes(), SampleModels.LoadPolicy(policy).Bytes());
    }

    [TestMethod]
    [DataRow("v2", false, false)]
    [DataRow("v3", false, false)]
    [DataRow("v4", false, false)]
    [DataRow("v5", true, false)]
    [DataRow("v6", true, false)]
    [DataRow("v7", true, true)]
    public void The_files_of_later_format_versions_are_read_and_those_of_the_present_one_written_as_ever(string version, bool computed, bool present)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "TestData", "models");
        byte[] critic = File.ReadAllBytes(Path.Combine(folder, version + ".critic"));
        byte[] policy = File.ReadAllBytes(Path.Combine(folder, version + ".policy"));
        CriticModel sample = computed ? SampleModels.CriticOfComputedSettings() : SampleModels.CriticOfRobot();
        CollectionAssert.AreEqual(sample.Bytes(), SampleModels.LoadCritic(critic).Bytes());
        CollectionAssert.AreEqual(SampleModels.Policy().Bytes(), SampleModels.LoadPolicy(policy).Bytes());
        if (present)
        {
            CollectionAssert.AreEqual(critic, SampleModels.LoadCritic(critic).Bytes());
            CollectionAssert.AreEqual(policy, SampleModels.LoadPolicy(policy).Bytes());
        }
    }

    [TestMethod]
    [DataRow("v4", false)]
    [DataRow("v5", false)]
    [DataRow("v6", false)]
    [DataRow("v7", true)]
    public void Kept_learned_dynamics_are_read_and_those_of_the_present_version_written_as_ever(string version, bool present)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "models", version + ".dynamics"));
        LearnedDynamics dynamics = LearnedDynamics.Load(new MemoryStream(bytes));
        Assert.AreEqual(0.05, dynamics.Options.TimeStep);
        Assert.IsNotNull(dynamics.Prior);
        if (present)
        {
            CollectionAssert.AreEqual(bytes, dynamics.Bytes());
        }
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(48, true)]
    [DataRow(49, true)]
    [DataRow(130, false)]
    public void Rows_scored_together_have_the_bits_of_single_ones(int rows, bool gradients)
    {
        CriticModel critic = SampleModels.Critic(SampleModels.Training with { CriticHidden = [30, 17], ActionScale = 0.3 }, [8, 30, 17, 1]);
        Random random = new(1);
        double[] Values(int size) => [.. Enumerable.Range(0, size * rows).Select(_ => (2 * random.NextDouble()) - 1)];
        (double[] states, double[] actions, double[] goals) = (Values(4), Values(2), Values(2));
        float[] scores = new float[rows];
        double[] found = new double[gradients ? rows * 2 : 0], gradient = new double[2];
        critic.Score(states, actions, goals, scores, found);
        for (int i = 0; i < rows; i++)
        {
            Assert.AreEqual(critic.Score(states.AsSpan(4 * i, 4), actions.AsSpan(2 * i, 2), goals.AsSpan(2 * i, 2), gradient), scores[i]);
            if (gradients)
            {
                CollectionAssert.AreEqual(gradient, found[(2 * i)..((2 * i) + 2)]);
            }
        }

        Assert.ThrowsExactly<ArgumentException>(() => critic.Score(states, actions, goals.AsSpan(1), scores, found));
        Assert.ThrowsExactly<ArgumentException>(() => critic.Score(states, actions, goals, scores, new double[(rows * 2) + 1]));
    }

    [TestMethod]
    public void Every_truncation_and_flipped_byte_is_refused()
    {
        byte[] critic = SampleModels.CriticOfRobot().Bytes();
        byte[] policy = SampleModels.Policy().Bytes();
        Refuse(critic, SampleModels.LoadCritic);
        Refuse(policy, SampleModels.LoadPolicy);

        static void Refuse<T>(byte[] bytes, Func<byte[], T> load)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                Assert.ThrowsExactly<InvalidInputException>(() => load(bytes[..i]));
                bytes[i] ^= 0x10;
                Assert.ThrowsExactly<InvalidInputException>(() => load(bytes));
                bytes[i] ^= 0x10;
            }

            load(bytes);
        }
    }

    private const string Characters = "0123456789-+.eE{}[],:\"\\u tfn";

    [TestMethod]
    public void Hostile_bytes_behind_a_matching_checksum_give_a_model_or_our_own_error()
    {
        byte[] original = SampleModels.CriticOfRobot().Bytes();
        Random random = new(1);
        int refused = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            byte[] bytes = [.. original];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                // Mostly in the header, with characters that keep it JSON now and then.
                bytes[random.Next(24, bytes.Length - 32)] = random.Next(2) == 0 ? (byte)Characters[random.Next(Characters.Length)] : (byte)random.Next(256);
            }

            SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
            try
            {
                SampleModels.LoadCritic(bytes).Validate();
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(2000, refused);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void Parameters_that_are_no_numbers_are_refused_when_saving_and_loading(float bad)
    {
        float[] parameters = SampleModels.Parameters(31);
        parameters[17] = bad;
        CriticModel critic = SampleModels.Critic(parameters: parameters);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => critic.Bytes()).Message, "parameter 17 of the network");

        byte[] bytes = SampleModels.Critic().Bytes();
        int data = bytes.AsSpan().IndexOf("parameters"u8) + 10 + 2 + 8;
        BitConverter.TryWriteBytes(bytes.AsSpan(data + (4 * 17)), bad);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        StringAssert.StartsWith(Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.LoadCritic(bytes)).Message, "sample: parameter 17 of the network");

        parameters = SampleModels.Parameters(16);
        parameters[15] = bad;
        Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.Policy(parameters: parameters).Validate());
    }

    [TestMethod]
    [DataRow(CriticInput.Raw, 8)]
    [DataRow(CriticInput.Relative, 6)]
    [DataRow(CriticInput.RelativeAndGoal, 8)]
    public void The_input_of_the_critic_has_the_size_of_its_kind(CriticInput input, int size)
    {
        MetaTrainingOptions training = SampleModels.Training with { CriticInput = input };
        SampleModels.Critic(training, [size, 3, 1]).Validate();
        foreach (int other in (int[])[size - 1, size + 1, 14 - size])
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.Critic(training, [other, 3, 1]).Validate()).Message, $"{size} and 1 belong");
        }
    }

    [TestMethod]
    public void Critics_whose_parts_do_not_fit_together_are_refused()
    {
        TrainingGoals goals = SampleModels.Critic().Goals;
        RobotModel robot = RobotModel.TwoLink;
        foreach ((CriticModel model, string message) in ((CriticModel, string)[])
        [
            (SampleModels.Critic(parameters: SampleModels.Parameters(30)), "has 31 parameters, but 30 are given"),
            (SampleModels.Critic(sizes: [8, 3, 2]), "2 outputs"),
            (SampleModels.Critic(sizes: [8, 4, 1]), "training options describe"),
            (SampleModels.Critic(hidden: Activation.Tanh), "training options describe"),
            (SampleModels.Critic(stateSize: 0), "make no system"),
            (SampleModels.Critic(positionSize: 5), "make no system"),
            (SampleModels.Critic(training: SampleModels.Training with { Horizon = 0 }), "options.horizon"),
            (SampleModels.Critic(goals: goals with { Goals = [] }), "no goals"),
            (SampleModels.Critic(goals: goals with { Goals = [[1, 2], [1]] }), "a goal is not 2 finite"),
            (SampleModels.Critic(goals: goals with { Goals = [[1, 2], [1, double.NaN]] }), "a goal is not 2 finite"),
            (SampleModels.Critic(goals: goals with { StartStates = [[1, 2, 3, 4]] }), "start states"),
            (SampleModels.Critic(goals: goals with { StartStates = [[1, 2, 3, 4], [1, 2, 3]] }), "start states"),
            (SampleModels.Critic(goals: goals with { Weights = [1] }), "weights"),
            (SampleModels.Critic(goals: goals with { Weights = [1, -1] }), "weights"),
            (SampleModels.Critic(goals: goals with { Weights = [0, 0] }), "weights"),
            (SampleModels.Critic(robot: robot), "robot without dynamics"),
            (SampleModels.Critic(dynamics: new RigidBodyOptions()), "robot without dynamics"),
            (SampleModels.Critic(robot: RobotModel.KukaIiwa7, dynamics: new RigidBodyOptions()), "has 7 joints"),
            (SampleModels.Critic(robot: robot, dynamics: new RigidBodyOptions { TorqueScale = [1, 2, 3] }), "options.torqueScale: value is [1, 2, 3]"),
            (SampleModels.Critic(iterations: 8), "8 of 7"),
            (SampleModels.Critic(iterations: -1), "-1 of 7"),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(model.Validate).Message, message);
            Assert.ThrowsExactly<InvalidInputException>(() => model.Bytes());
        }
    }

    [TestMethod]
    public void Policies_whose_parts_do_not_fit_together_are_refused()
    {
        foreach ((PolicyModel model, string message) in ((PolicyModel, string)[])
        [
            (SampleModels.Policy(parameters: SampleModels.Parameters(15)), "has 16 parameters, but 15 are given"),
            (SampleModels.Policy(goal: [1]), "the goal is not 2"),
            (SampleModels.Policy(goal: [1, double.PositiveInfinity]), "the goal is not 2"),
            (SampleModels.Policy(scale: 0), "input scales"),
            (SampleModels.Policy(scale: double.NaN), "input scales"),
            (SampleModels.Policy(positionSize: 5, goal: [1, 2, 3, 4, 5]), "5 positions"),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(model.Validate).Message, message);
            Assert.ThrowsExactly<InvalidInputException>(() => model.Bytes());
        }
    }

    [TestMethod]
    public void Models_do_not_change_when_the_arrays_they_were_made_of_do()
    {
        float[] parameters = SampleModels.Parameters(31);
        double[] goal = [1, 2];
        CriticModel critic = SampleModels.Critic(parameters: parameters, goals: new TrainingGoals { Goals = [goal] });
        parameters[0] = 99;
        goal[0] = 99;
        Assert.AreNotEqual(99, critic.Parameters.Span[0]);
        Assert.AreEqual(1, critic.Goals.Goals[0][0]);
    }

    [TestMethod]
    [DataRow("\"sizes\":[8,3,1]", "\"sizes\":[8,3,9]", "float32 [63] belongs")]
    [DataRow("\"sizes\":[8,3,1]", "\"sizes\":[8,0,1]", "value is [8,0,1]")]
    [DataRow("\"hidden\":\"elu\"", "\"hidden\":\"eLu\"", "Give one of linear, tanh, elu, relu, softplus")]
    [DataRow("\"stateSize\":4", "\"stateSize\":5", "start")]
    [DataRow("\"horizon\":45", "\"horizon\":-5", "options.horizon: value is -5")]
    [DataRow("\"horizon\":45", "\"horizon\":\"a", "")]
    [DataRow("\"seed\":18446744073709551615", "\"seed\":18446744073709551616", "training.seed: value is 18446744073709551616")]
    [DataRow("\"critic", "\"Critic", "\"CriticGradientClip\" is unknown")]
    [DataRow("\"restartError\":\"Infinity\"", "\"restartError\":\"-Infinit\"", "restartError")]
    [DataRow("MetaCritic.ML", "MetaCritic.XX", "another product")]
    public void Wrong_headers_of_critics_are_refused(string from, string to, string message)
    {
        byte[] bytes = SampleModels.Critic().Bytes();
        int at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from));
        Assert.IsGreaterThan(0, at);
        System.Text.Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        InvalidInputException e = Assert.ThrowsExactly<InvalidInputException>(() => SampleModels.LoadCritic(bytes));
        StringAssert.StartsWith(e.Message, "sample");
        StringAssert.Contains(e.Message, message);
    }

    [TestMethod]
    public void The_product_version_has_no_mark_of_a_revision()
    {
        Assert.AreEqual("1.2.3-beta", ProductInfo.WithoutRevision("1.2.3-beta+0123abc"));
        Assert.IsTrue(Version.TryParse(ProductInfo.Version.Split('-')[0], out _), ProductInfo.Version);
    }
}
