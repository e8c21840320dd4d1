using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Dynamics;

namespace MetaCritic.Export.Tests;

/// <summary>Random models, and rows of random inputs for them.</summary>
internal static class Samples
{
    private static readonly Activation[] Activations = [Activation.Tanh, Activation.Elu, Activation.Relu, Activation.Softplus, Activation.Linear];

    /// <summary>Five robots: two built-in planar arms, two arms of seven and six joints, and a tree with joints that slide.</summary>
    public static string[] Robots { get; } = ["two-link", "reacher", "kuka", "jaco", "tree-3-6"];

    public static RobotModel Robot(string name) => name switch
    {
        "two-link" => RobotModel.TwoLink,
        "reacher" => RobotModel.Reacher,
        "kuka" => RobotModel.KukaIiwa7,
        _ => TestRobots.Named(name),
    };

    /// <summary>How a robot is stepped: each third with a speed loop, each second with torque limits.</summary>
    public static RigidBodyOptions Stepping(RobotModel robot, int number)
    {
        Random random = new(number);
        double[] PerJoint(double least) => [.. robot.MovableJoints.Select(_ => least + random.NextDouble())];
        return new()
        {
            TorqueScale = number % 5 == 0 ? [] : number % 5 == 1 ? [3] : PerJoint(1),
            Actuator = number % 3 == 0 ? Actuator.SpeedLoop : Actuator.Torque,
            SpeedScale = number % 3 == 0 ? PerJoint(0.5) : [],
            TorqueLimits = number % 2 == 0,
        };
    }

    public static PolicyModel Policy(RobotModel robot, int number)
    {
        Random random = new(number);
        int n = robot.DegreesOfFreedom;
        int[] hidden = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => random.Next(1, 70))];
        double limit = number % 3 == 1 ? 0.5 + (number % 4) : 0;
        MlpShape shape = new([2 * n, .. hidden, n], Activations[number % 5], limit > 0 || number % 7 == 0 ? Activation.Tanh : Activation.Linear);
        return new()
        {
            Network = shape,
            Parameters = Parameters(shape, random),
            PositionSize = n,
            PositionScale = 0.3 + random.NextDouble(),
            VelocityScale = 0.05 + random.NextDouble(),
            ActionLimit = limit,
            Goal = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())],
            ProductVersion = "0.1.0",
        };
    }

    public static CriticModel Critic(RobotModel robot, CriticInput input, CriticForm form, int number)
    {
        Random random = new(number);
        int n = robot.DegreesOfFreedom;
        int[] hidden = [.. Enumerable.Range(0, number % 4).Select(_ => random.Next(1, 50))];
        MetaTrainingOptions training = new()
        {
            CriticInput = input,
            CriticForm = form,
            CriticHidden = hidden,
            CriticActivation = Activations[number % 5],
            CriticHead = number % 3 == 0 ? Activation.Softplus : Activation.Linear,
            PositionScale = 0.3 + random.NextDouble(),
            VelocityScale = 0.05 + random.NextDouble(),
            ActionScale = 0.5 + random.NextDouble(),
        };
        MlpShape shape = new([(3 * n) + (input == CriticInput.Relative ? 0 : n), .. hidden, 1], training.CriticActivation, training.CriticHead);
        return new()
        {
            Network = shape,
            Parameters = Parameters(shape, random),
            StateSize = 2 * n,
            ActionSize = n,
            PositionSize = n,
            Robot = robot,
            Dynamics = Stepping(robot, number),
            Training = training,
            Goals = new() { Goals = [new double[n]] },
            Iterations = 1,
            TaskLoss = 1,
            FinalError = 1,
            ProductVersion = "0.1.0",
        };
    }

    /// <summary>Rows of inputs in their usual ranges, numbers of single precision, [rows][inputs][components].</summary>
    public static double[][][] Rows(ModelExport export, int count, int seed = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => export.Inputs.Select(input =>
            input.Components.Select(one => (double)(float)(one.Low + ((one.High - one.Low) * random.NextDouble()))).ToArray()).ToArray())];
    }

    /// <summary>
    /// The largest difference of outputs from what the model itself gives: absolute where numbers are up to 1, relative beyond. A torque
    /// k·a − (k/v)·q̇ counts in the size of its terms.
    /// </summary>
    /// <param name="export">The export.</param>
    /// <param name="rows">The inputs, [rows][inputs][components].</param>
    /// <param name="found">The outputs, [outputs][rows × components].</param>
    /// <param name="stepping">What torques are made with; null if there are none.</param>
    public static double Worst(ModelExport export, double[][][] rows, float[][] found, RigidBodyOptions? stepping = null)
    {
        double worst = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            IReadOnlyList<double[]> wanted = export.Evaluate(rows[r]);
            for (int o = 0; o < wanted.Count; o++)
            {
                for (int i = 0; i < wanted[o].Length; i++)
                {
                    double size = export.Outputs[o].Name == "torque" ? Terms(stepping!, rows[r][0], wanted[0][i], i) : Math.Abs(wanted[o][i]);
                    double difference = Math.Abs(found[o][(r * wanted[o].Length) + i] - wanted[o][i]) / Math.Max(1, size);
                    worst = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(worst, difference);
                }
            }
        }

        return worst;
    }

    // k·|a| + (k/v)·|q̇|
    private static double Terms(RigidBodyOptions stepping, double[] state, double action, int joint)
    {
        double k = stepping.TorqueScale.Count == 0 ? 1 : stepping.TorqueScale[stepping.TorqueScale.Count == 1 ? 0 : joint];
        double v = stepping.Actuator == Actuator.SpeedLoop ? stepping.SpeedScale[joint] : double.PositiveInfinity;
        return k * (Math.Max(1, Math.Abs(action)) + (Math.Abs(state[(state.Length / 2) + joint]) / v));
    }

    // As learners draw them: uniform in ±1/√inputs.
    private static float[] Parameters(MlpShape shape, Random random)
    {
        float[] parameters = new float[shape.ParameterCount];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            double range = 1 / Math.Sqrt(shape.Sizes[l]);
            for (int i = shape.WeightOffset(l); i < shape.BiasOffset(l) + shape.Sizes[l + 1]; i++)
            {
                parameters[i] = (float)(range * ((2 * random.NextDouble()) - 1));
            }
        }

        return parameters;
    }
}
