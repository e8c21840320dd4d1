using MetaCritic.Dynamics;
using MetaCritic.Dynamics.Recording;
using MetaCritic.Robots;

namespace MetaCritic.Tests.Dynamics;

/// <summary>The program of a step computes what the step computes.</summary>
[TestClass]
public sealed class RecordedStepTests
{
    private const double Bound = 1e-10;

    public static IEnumerable<object[]> Cases => StepVjpTests.Cases();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void It_computes_the_next_state(string robotName, string optionName)
    {
        RobotModel robot = TestRobots.Named(robotName);
        int n = robot.DegreesOfFreedom;
        RigidBodyOptions options = StepVjpTests.Options(optionName, n);
        Random random = new(1);
        double size = robotName == "jaco" ? 0.01 : 3;
        double[] state = TestRobots.Numbers(random, 2 * n, 1.5), action = TestRobots.Numbers(random, n, size);
        RigidBodyDynamics dynamics = new(StepVjpTests.WithActingLimits(robot, options, state, action), options);
        ScalarProgram program = dynamics.Record();
        for (int trial = 0; trial < 10; trial++)
        {
            double[] wanted = TestRobots.Step(dynamics, state, action);
            double[] found = Run(program, [.. state, .. action]);
            Assert.HasCount(wanted.Length, found);
            for (int i = 0; i < wanted.Length; i++)
            {
                Assert.AreEqual(wanted[i], found[i], Bound * Math.Max(1, Math.Abs(wanted[i])), $"trial {trial}, component {i}");
            }

            // The limits stay where they act in the first trial.
            (state, action) = ([.. state.Zip(TestRobots.Numbers(random, 2 * n, 0.02), (x, d) => x + d)], TestRobots.Numbers(random, n, size));
        }
    }

    [TestMethod]
    public void Substeps_are_a_loop()
    {
        RobotModel robot = TestRobots.Named("iiwa7");
        int once = new RigidBodyDynamics(robot).Record().Operations;
        Assert.AreEqual(once, new RigidBodyDynamics(robot, new() { Substeps = 1000 }).Record().Operations, 20);
    }

    [TestMethod]
    public void What_is_constant_or_not_needed_takes_no_operation()
    {
        RigidBodyDynamics dynamics = new(TestRobots.Named("two_link"));
        int all = dynamics.Record().Operations;
        RobotModel robot = TestRobots.Named("two_link");
        int weightless = new RigidBodyDynamics(robot, new() { GravityCompensation = true, JointDamping = false }).Record().Operations;
        Assert.IsLessThan(all, weightless);
        Assert.IsLessThan(200, all);
    }

    [TestMethod]
    public void Nothing_records_outside_a_recording()
    {
        new RigidBodyDynamics(TestRobots.Named("two_link")).Record();
        Assert.ThrowsExactly<InvalidOperationException>(() => RecordedLane.Create(1) + RecordedLane.Create(2));
    }

    [TestMethod]
    public unsafe void A_value_of_a_loop_is_not_known_behind_it()
    {
        double[] inputs = new double[1];
        using Recorder recorder = Recorder.Begin(inputs);
        double inner;
        fixed (double* place = inputs)
        {
            recorder.BeginLoop(3, ((nint)place, 1));
            inner = recorder.Add(*place, 2);
            recorder.EndLoop();
            Assert.IsTrue(double.IsNaN(recorder.Add(*place, 1)));
        }

        Assert.ThrowsExactly<InvalidOperationException>(() => recorder.Add(inner, 1));
    }

    private static double[] Run(ScalarProgram program, double[] inputs)
    {
        Dictionary<ScalarNode, double> values = [];
        double Value(ScalarNode node) => node.Operation switch
        {
            ScalarOperation.Constant => node.Value,
            ScalarOperation.Input => inputs[node.Index],
            _ => values[node],
        };
        void RunBlock(ScalarBlock block)
        {
            foreach (ScalarNode node in block.Instructions)
            {
                if (node.Loop is { } loop)
                {
                    RunLoop(loop);
                    continue;
                }

                double[] x = [.. node.Arguments.Select(Value)];
                values[node] = node.Operation switch
                {
                    ScalarOperation.Add => x[0] + x[1],
                    ScalarOperation.Subtract => x[0] - x[1],
                    ScalarOperation.Multiply => x[0] * x[1],
                    ScalarOperation.Divide => x[0] / x[1],
                    ScalarOperation.Negate => -x[0],
                    ScalarOperation.Sine => Math.Sin(x[0]),
                    ScalarOperation.Cosine => Math.Cos(x[0]),
                    ScalarOperation.Tanh => Math.Tanh(x[0]),
                    ScalarOperation.Clamp => Math.Clamp(x[0], -x[1], x[1]),
                    ScalarOperation.Beyond => Math.Abs(x[0]) > x[1] ? x[2] : x[3],
                    ScalarOperation other => throw new AssertFailedException(other.ToString()),
                };
            }
        }

        void RunLoop(ScalarLoop loop)
        {
            foreach (ScalarLoop.Carried carried in loop.Carries)
            {
                values[carried.Variable] = Value(carried.Initial);
            }

            for (int pass = 0; pass < loop.Most; pass++)
            {
                RunBlock(loop.Body);
                double[] next = [.. loop.Carries.Select(carried => Value(carried.Next))];
                for (int k = 0; k < next.Length; k++)
                {
                    values[loop.Carries[k].Variable] = values[loop.Carries[k].Result] = next[k];
                }

                if (loop.Condition is { } condition && !(Value(condition) > 0))
                {
                    break;
                }
            }
        }

        RunBlock(program.Body);
        return [.. program.Outputs.Select(Value)];
    }
}
