using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>A roll-out's bits do not depend on what is computed with it, nor how, nor where.</summary>
[TestClass]
public sealed class LaneIndependenceTests
{
    private const int Rollouts = 45;

    private static readonly RigidBodyOptions Options = new() { Substeps = 2, ImplicitDamping = true, VelocityLimits = true, TorqueLimits = true };

    public static IEnumerable<object[]> Cases() =>
        from name in new[] { "iiwa7", "jaco", "tree-7-8", "coupled-7-8", "sprung-7-8", "tied-7-8" }
        from many in new[] { false, true }
        from stops in new[] { false, true }
        select new object[] { name, many, stops };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Any_grouping_gives_the_same_bits(string name, bool robotPerRollout, bool stops)
    {
        RobotModel[] robots = Robots(name, robotPerRollout);
        RigidBodyOptions options = Options;
        if (stops)
        {
            // Most joints of most roll-outs are pressed into an end stop, and half of these are led back.
            options = Options with { PositionLimits = true, LimitGradient = LimitGradient.Inward, Actuator = Actuator.SpeedLoop, SpeedScale = [2] };
            RobotModel shared = Narrow(robots[0]);
            robots = [.. robots.Select(robot => robotPerRollout ? Narrow(robot) : shared)];
        }

        Data alone = Data.Of(robots);
        for (int b = 0; b < Rollouts; b++)
        {
            alone.Run(new RigidBodyDynamics([robots[b]], robotPerRollout ? 1 : int.MaxValue, options, 1), 0, 1, [b]);
        }

        foreach (int widest in new[] { 1, 2, 4, 8 })
        {
            RigidBodyDynamics dynamics = robotPerRollout
                ? new(robots, Rollouts, options, widest)
                : new([robots[0]], int.MaxValue, options, widest);
            foreach (int lanes in new[] { 1, 2, 3, 5, 8, 13, Rollouts })
            {
                Data grouped = Data.Of(robots);
                for (int first = 0; first < Rollouts; first += lanes)
                {
                    int count = Math.Min(lanes, Rollouts - first);
                    grouped.Run(dynamics, first, count, [.. Enumerable.Range(first, count)]);
                }

                grouped.AssertSame(alone, $"width {widest}, {lanes} lanes");
            }
        }
    }

    [TestMethod]
    public void Order_and_neighbours_do_not_matter()
    {
        RobotModel[] robots = Robots("iiwa7", false);
        RigidBodyDynamics dynamics = new(robots[0], Options);
        Data straight = Data.Of(robots);
        straight.Run(dynamics, 0, Rollouts, [.. Enumerable.Range(0, Rollouts)]);
        Data permuted = Data.Of(robots);
        permuted.Run(dynamics, 3, Rollouts, [.. Enumerable.Range(0, Rollouts).OrderBy(i => (i * 7919) % 101)]);
        permuted.AssertSame(straight, "permuted");

        // A neighbour that has left the finite, or is about to, stays on its own.
        Data wild = Data.Of(robots);
        wild.States[4][0] = double.NaN;
        wild.States[11][3] = 1e12;
        wild.States[20][9] = double.PositiveInfinity;
        wild.Run(dynamics, 0, Rollouts, [.. Enumerable.Range(0, Rollouts)]);
        Assert.IsTrue(wild.Next[4].Any(double.IsNaN) && wild.Next[20].Any(x => !double.IsFinite(x)), "NaN is not hidden");
        Assert.IsTrue(wild.Next[11].All(double.IsFinite));
        foreach (int b in new[] { 4, 11, 20 })
        {
            (wild.Next[b], wild.StateBar[b], wild.ActionBar[b]) = (straight.Next[b], straight.StateBar[b], straight.ActionBar[b]);
        }

        wild.AssertSame(straight, "beside NaN");
    }

    [TestMethod]
    public void Threads_do_not_disturb_each_other()
    {
        // Long calls, so that they overlap.
        RobotModel[] robots = Robots("tree-7-8", true);
        RigidBodyDynamics dynamics = new(robots, Options with { Substeps = 100 });
        Data expected = Data.Of(robots);
        expected.Run(dynamics, 0, Rollouts, [.. Enumerable.Range(0, Rollouts)]);
        Parallel.For(0, 60, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            Data found = Data.Of(robots);
            int lanes = 1 + (i % 13);
            for (int first = 0; first < Rollouts; first += lanes)
            {
                int count = Math.Min(lanes, Rollouts - first);
                found.Run(dynamics, first, count, [.. Enumerable.Range(first, count)]);
            }

            found.AssertSame(expected, $"call {i}");
        });
    }

    private static RobotModel[] Robots(string name, bool robotPerRollout)
    {
        RobotModel robot = TestRobots.Named(name);
        return [.. Enumerable.Range(0, Rollouts).Select(i => robotPerRollout ? TestRobots.Varied(robot, i) : robot)];
    }

    private static RobotModel Narrow(RobotModel robot) => TestRobots.WithLimits(robot, -0.1, 0.1);

    private sealed class Data
    {
        public required double[][] States { get; init; }

        public required double[][] Actions { get; init; }

        public required double[][] Cotangents { get; init; }

        public double[][] Next { get; } = new double[Rollouts][];

        public double[][] StateBar { get; } = new double[Rollouts][];

        public double[][] ActionBar { get; } = new double[Rollouts][];

        public static Data Of(RobotModel[] robots)
        {
            Random random = new(5);
            int n = robots[0].DegreesOfFreedom;
            double[][] Rows(int size, double scale) => [.. Enumerable.Range(0, Rollouts).Select(_ => TestRobots.Numbers(random, size, scale))];
            return new() { States = Rows(2 * n, 2), Actions = Rows(n, 3), Cotangents = Rows(2 * n, 1) };
        }

        public void Run(RigidBodyDynamics dynamics, int first, int lanes, int[] rollouts)
        {
            double[] states = Pack(States, rollouts);
            double[] actions = Pack(Actions, rollouts);
            double[] next = new double[states.Length];
            double[] stateBar = new double[states.Length];
            double[] actionBar = new double[actions.Length];
            dynamics.Step(first, lanes, states, actions, next);
            dynamics.StepVjp(first, lanes, states, actions, Pack(Cotangents, rollouts), stateBar, actionBar);
            for (int lane = 0; lane < lanes; lane++)
            {
                Next[rollouts[lane]] = TestRobots.Lane(next, lanes, lane);
                StateBar[rollouts[lane]] = TestRobots.Lane(stateBar, lanes, lane);
                ActionBar[rollouts[lane]] = TestRobots.Lane(actionBar, lanes, lane);
            }
        }

        public void AssertSame(Data expected, string what)
        {
            for (int b = 0; b < Rollouts; b++)
            {
                Errors.AssertSameBits(Next[b], expected.Next[b], $"{what}: next state {b}");
                Errors.AssertSameBits(StateBar[b], expected.StateBar[b], $"{what}: state cotangent {b}");
                Errors.AssertSameBits(ActionBar[b], expected.ActionBar[b], $"{what}: action cotangent {b}");
            }
        }

        private static double[] Pack(double[][] rows, int[] rollouts)
        {
            double[] packed = new double[rows[0].Length * rollouts.Length];
            for (int i = 0; i < rows[0].Length; i++)
            {
                for (int lane = 0; lane < rollouts.Length; lane++)
                {
                    packed[(i * rollouts.Length) + lane] = rows[rollouts[lane]][i];
                }
            }

            return packed;
        }
    }
}
