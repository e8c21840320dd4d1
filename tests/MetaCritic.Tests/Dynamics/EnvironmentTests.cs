using System.Reflection;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>Environments over known dynamics, and the point mass.</summary>
[TestClass]
public sealed class EnvironmentTests
{
    [TestMethod]
    public void Copies_start_where_they_should_and_follow_the_dynamics()
    {
        RobotModel robot = TestRobots.Named("two_link");
        RobotModel[] robots = [robot, TestRobots.Varied(robot, 1), TestRobots.Varied(robot, 2)];
        SimulatedRobot environment = new(robots, startStates: [null, [0.1, 0.2, 0.3, 0.4], null]);
        Assert.AreEqual((3, 4, 2), (environment.Count, environment.StateSize, environment.ActionSize));
        double[] start = [0, 0.1, 0, 0, 0.2, 0, 0, 0.3, 0, 0, 0.4, 0];
        double[] actions = TestRobots.Numbers(new(1), 6, 3);
        double[] found = new double[12];
        for (int repetition = 0; repetition < 2; repetition++)
        {
            environment.Reset(found);
            CollectionAssert.AreEqual(start, found);
            double[] expected = start;
            RigidBodyDynamics dynamics = new(robots);
            for (int step = 0; step < 5; step++)
            {
                double[] next = new double[12];
                dynamics.Step(0, 3, expected, actions, next);
                expected = next;
                environment.Step(actions, found);
                Errors.AssertSameBits(found, expected, $"step {step}");
                found.AsSpan().Fill(double.NaN);
            }
        }
    }

    [TestMethod]
    public void Copies_of_one_robot_equal_a_list_of_it()
    {
        RobotModel robot = TestRobots.Named("two_link");
        SimulatedRobot one = new(robot, 5, new() { Substeps = 2 });
        SimulatedRobot many = new([robot, robot, robot, robot, robot], new() { Substeps = 2 });
        double[] actions = TestRobots.Numbers(new(1), 10, 3);
        double[] found = new double[20];
        double[] expected = new double[20];
        one.Reset(found);
        one.Step(actions, found);
        many.Step(actions, expected);
        Errors.AssertSameBits(found, expected, "state");
    }

    [TestMethod]
    [DataRow(typeof(SimulatedRobot))]
    [DataRow(typeof(DynamicsEnvironment))]
    public void Nothing_but_the_environment_can_be_asked(Type type)
    {
        HashSet<string> allowed = [.. typeof(IEnvironment).GetMembers().Select(m => m.Name), ".ctor"];
        string[] more = [.. type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(m => m.Name).Where(name => !allowed.Contains(name))];
        CollectionAssert.AreEqual(Array.Empty<string>(), more);
    }

    [TestMethod]
    public void Bad_start_states_and_sizes_are_refused()
    {
        RobotModel robot = TestRobots.Named("two_link");
        Assert.AreEqual("startStates", Assert.ThrowsExactly<InvalidInputException>(() => new SimulatedRobot(robot, 2, null, [null])).Place);
        Assert.AreEqual("startStates[1]", Assert.ThrowsExactly<InvalidInputException>(() => new SimulatedRobot(robot, 2, null, [null, [1, 2]])).Place);
        InvalidInputException error = Assert.ThrowsExactly<InvalidInputException>(() => new SimulatedRobot(robot, 1, null, [[1, 2, double.NaN, 4]]));
        Assert.AreEqual("startStates[0]", error.Place);
        StringAssert.Contains(error.Message, "component 2 is NaN");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SimulatedRobot(robot, 0));
        SimulatedRobot environment = new(robot, 2);
        Assert.AreEqual("states", Assert.ThrowsExactly<ArgumentException>(() => environment.Reset(new double[7])).ParamName);
        Assert.AreEqual("actions", Assert.ThrowsExactly<ArgumentException>(() => environment.Step(new double[5], new double[8])).ParamName);
        Assert.AreEqual("states", Assert.ThrowsExactly<ArgumentException>(() => environment.Step(new double[4], new double[4])).ParamName);
    }

    [TestMethod]
    public void A_point_mass_moves_by_its_action()
    {
        PointMass point = new(3);
        Assert.AreEqual((3, 3, 3), (point.StateSize, point.ActionSize, point.PositionSize));
        double[] next = new double[6];
        point.Step(4, 2, [1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60], next);
        CollectionAssert.AreEqual(new double[] { 11, 22, 33, 44, 55, 66 }, next);
        double[] stateBar = new double[6];
        double[] actionBar = new double[6];
        point.StepVjp(4, 2, new double[6], new double[6], [1, 2, 3, 4, 5, 6], stateBar, actionBar);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 4, 5, 6 }, stateBar);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 4, 5, 6 }, actionBar);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PointMass(0));
        Assert.AreEqual("actions", Assert.ThrowsExactly<ArgumentException>(() => point.Step(0, 2, new double[6], new double[5], next)).ParamName);
    }

    [TestMethod]
    public void Any_dynamics_make_an_environment()
    {
        DynamicsEnvironment environment = new(new PointMass(2), 2, [[-1, 0], [0.5, -1]]);
        double[] states = new double[4];
        environment.Reset(states);
        environment.Step([1, 1, 2, 2], states);
        CollectionAssert.AreEqual(new double[] { 0, 1.5, 2, 1 }, states);
    }
}
