using MetaCritic.Dynamics;
using MetaCritic.Networks;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics.Learned;

[TestClass]
public sealed class LearnedDynamicsTests
{
    public static IEnumerable<object[]> Cases =>
        from options in new[]
        {
            Logs.Quick,
            Logs.Quick with { TimeStep = 0.05 },
            Logs.Quick with { Angles = true },
            Logs.Quick with { TimeStep = 0.05, Angles = true, Members = 1, Activation = Activation.Elu, Hidden = [5] },
        }
        from prior in new[] { false, true }
        select new object[] { options, prior };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_vector_jacobian_product_is_that_of_central_differences(DynamicsLearnerOptions options, bool prior)
    {
        LearnedDynamics dynamics = Logs.Learn(options, prior).InDouble();
        for (ulong trial = 0; trial < 5; trial++)
        {
            double[] x = Numbers.Uniform(10 + trial, 6, 1.5);
            double[] cotangent = Numbers.Uniform(100 + trial, 4);
            double[] expected = Numbers.Gradient(
                z =>
                {
                    double[] next = new double[4];
                    dynamics.Step(0, 1, z.AsSpan(0, 4), z.AsSpan(4), next);
                    return next.Zip(cotangent, (a, b) => a * b).Sum();
                },
                x);
            double[] found = new double[6];
            dynamics.StepVjp(0, 1, x.AsSpan(0, 4), x.AsSpan(4), cotangent, found.AsSpan(0, 4), found.AsSpan(4));
            Assert.IsLessThanOrEqualTo(1e-6, Numbers.RelativeError(found, expected));

            // In single precision the same up to its rounding.
            LearnedDynamics single = Logs.Learn(options, prior);
            double[] rounded = new double[6];
            single.StepVjp(0, 1, x.AsSpan(0, 4), x.AsSpan(4), cotangent, rounded.AsSpan(0, 4), rounded.AsSpan(4));
            Assert.IsLessThanOrEqualTo(1e-4, Numbers.RelativeError(rounded, expected));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_lane_has_the_same_bits_whatever_stands_beside_it(DynamicsLearnerOptions options, bool prior)
    {
        const int Lanes = 37;
        LearnedDynamics dynamics = Logs.Learn(options, prior);
        double[] states = Numbers.Uniform(1, 4 * Lanes, 2), actions = Numbers.Uniform(2, 2 * Lanes, 2), cotangents = Numbers.Uniform(3, 4 * Lanes);
        double[] next = new double[4 * Lanes], stateBar = new double[4 * Lanes], actionBar = new double[2 * Lanes], disagreements = new double[Lanes];
        dynamics.Step(0, Lanes, states, actions, next);
        dynamics.StepVjp(0, Lanes, states, actions, cotangents, stateBar, actionBar);
        dynamics.Disagreement(Lanes, states, actions, disagreements);
        double[] oneNext = new double[4], oneState = new double[4], oneAction = new double[2], one = new double[1];
        for (int lane = 0; lane < Lanes; lane++)
        {
            dynamics.Step(0, 1, Column(states, 4), Column(actions, 2), oneNext);
            dynamics.StepVjp(0, 1, Column(states, 4), Column(actions, 2), Column(cotangents, 4), oneState, oneAction);
            dynamics.Disagreement(1, Column(states, 4), Column(actions, 2), one);
            CollectionAssert.AreEqual(Column(next, 4), oneNext);
            CollectionAssert.AreEqual(Column(stateBar, 4), oneState);
            CollectionAssert.AreEqual(Column(actionBar, 2), oneAction);
            Assert.AreEqual(disagreements[lane], one[0]);

            double[] Column(double[] matrix, int size) => [.. Enumerable.Range(0, size).Select(i => matrix[(i * Lanes) + lane])];
        }
    }

    [TestMethod]
    public void A_step_allocates_nothing()
    {
        LearnedDynamics dynamics = Logs.Learn(Logs.Quick with { TimeStep = 0.05, Angles = true }, prior: true);
        double[] states = Numbers.Uniform(1, 32), actions = Numbers.Uniform(2, 16), next = new double[32], bar = new double[32], actionBar = new double[16], disagreements = new double[8];
        Assert.AreEqual(0, Allocations.InSteadyState(Call));

        void Call()
        {
            dynamics.Step(0, 8, states, actions, next);
            dynamics.StepVjp(0, 8, states, actions, next, bar, actionBar);
            dynamics.Disagreement(8, states, actions, disagreements);
        }
    }

    [TestMethod]
    public void Positions_follow_velocities_where_a_time_step_is_given()
    {
        LearnedDynamics dynamics = Logs.Learn(Logs.Quick with { TimeStep = 0.05 });
        double[] state = [0.1, -0.2, 0.3, 0.4], next = new double[4];
        dynamics.Step(0, 1, state, [1, -1], next);
        Assert.AreEqual(state[0] + (0.05 * next[2]), next[0], 1e-15);
        Assert.AreEqual(state[1] + (0.05 * next[3]), next[1], 1e-15);
    }

    [TestMethod]
    public void Networks_agree_on_data_and_disagree_far_from_it()
    {
        LearnedDynamics dynamics = Logs.Learn(Logs.Quick with { Epochs = 30, Hidden = [32, 32] });
        Transitions log = Logs.Arm();
        double[] one = new double[1];
        double[] onData = [.. Enumerable.Range(0, log.Count).Select(row =>
        {
            dynamics.Disagreement(1, log.States[row], log.Actions[row], one);
            return one[0];
        })];
        Assert.IsLessThan(2, onData.Order().ElementAt((int)(0.9 * onData.Length)));
        dynamics.Disagreement(1, [20, -20, 30, -30], [20, -20], one);
        Assert.IsGreaterThan(3, one[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void They_come_back_from_a_file_bit_by_bit(DynamicsLearnerOptions options, bool prior)
    {
        LearnedDynamics dynamics = Logs.Learn(options, prior);
        byte[] bytes = dynamics.Bytes();
        LearnedDynamics read = LearnedDynamics.Load(new MemoryStream(bytes));
        CollectionAssert.AreEqual(bytes, read.Bytes());
        CollectionAssert.AreEqual(dynamics.HeldOut.Errors.ToArray(), read.HeldOut.Errors.ToArray());
        Assert.AreEqual(options.TimeStep, read.Options.TimeStep);
        double[] state = Numbers.Uniform(5, 4), action = Numbers.Uniform(6, 2), expected = new double[4], found = new double[4];
        dynamics.Step(0, 1, state, action, expected);
        read.Step(0, 1, state, action, found);
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    [DataRow("\"dynamics\":{\"timeStep\":0.05", "\"dynamics\":{\"timeStep\":9.05", "options.timeStep: value is 9.05")]
    [DataRow("\"learning\":{\"seed\":0,\"threads\":0,\"members\":3", "\"learning\":{\"seed\":0,\"threads\":0,\"members\":0", "options.members: value is 0")]
    public void Errors_name_the_file(string from, string to, string message)
    {
        byte[] bytes = Logs.Learn(prior: true).Bytes();
        int at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from));
        Assert.IsGreaterThan(0, at);
        System.Text.Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        string found = Assert.ThrowsExactly<InvalidInputException>(() => LearnedDynamics.Load(new MemoryStream(bytes), "sample")).Message;
        StringAssert.StartsWith(found, "sample");
        StringAssert.Contains(found, message);
    }

    [TestMethod]
    public void A_prior_of_ones_own_cannot_be_kept()
    {
        LearnedDynamics dynamics = new DynamicsLearner(2, Logs.Quick, new Learning.Drift(2)).Learn(Logs.Arm());
        Assert.IsFalse(dynamics.CanSave);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => dynamics.Bytes()).Message, "cannot be kept in a file");
    }

    [TestMethod]
    public void A_residual_begins_where_the_prior_ends()
    {
        // A prior that is exact leaves nothing to learn.
        LearnedDynamics dynamics = new DynamicsLearner(2, Logs.Quick, new RigidBodyDynamics(RobotModel.Reacher, Logs.Stepping)).Learn(Logs.Arm());
        Assert.IsLessThan(1e-9, dynamics.HeldOut.Errors.Max());
    }
}
