using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

/// <summary>Roll-out, inner update and whole meta-gradient against central differences, in double.</summary>
[TestClass]
public sealed unsafe class MetaGradientTests
{
    private const double Tolerance = 1e-6;

    private static readonly MetaTrainingOptions Small = new()
    {
        Horizon = 7,
        PolicyHidden = [6, 5],
        CriticHidden = [9, 8],
        CriticActivation = Activation.Tanh, // smooth, so that differences of gradients are exact enough
        TaskLossLimit = 1e9,
        PolicyLearningRate = 0.05,
        VelocityScale = 0.5,
        PositionScale = 0.8,
        ActionScale = 1.3,
    };

    public static IEnumerable<object[]> Cases =>
    [
        [Small with { InnerSteps = 1, TaskLoss = TaskLossKind.FinalState, CriticInput = CriticInput.Raw }],
        [Small with { InnerSteps = 1, TaskLoss = TaskLossKind.LateWindow, CriticInput = CriticInput.Relative }],
        [Small with { InnerSteps = 2, TaskLoss = TaskLossKind.Trajectory, CriticInput = CriticInput.RelativeAndGoal, VelocityWeight = 0.3 }],
        [Small with { InnerSteps = 3, TaskLoss = TaskLossKind.FinalState, CriticHead = Activation.Softplus }],
        [Small with { InnerSteps = 4, TaskLoss = TaskLossKind.LateWindow, InnerReduction = TimeReduction.Mean, PolicyLearningRate = 0.3 }],
        [Small with { InnerSteps = 2, CriticActivation = Activation.Softplus, PolicyActivation = Activation.Softplus }],
        [Small with { InnerSteps = 1, CriticHidden = [30], PolicyHidden = [] }],
        [Small with { InnerSteps = 1, CriticHidden = [9, 50], PolicyHidden = [20], PolicyLearningRate = 0.005 }],
        [Small with { InnerSteps = 1, CriticForm = CriticForm.Centred }],
        [Small with { InnerSteps = 1, ActionLimit = 0.4 }],
        [Small with { InnerSteps = 3, ActionLimit = 1.7, CriticForm = CriticForm.Centred, CriticInput = CriticInput.Raw }],
        [Small with { InnerSteps = 1, CriticForm = CriticForm.Centred, CriticInput = CriticInput.Raw, InnerReduction = TimeReduction.Mean }],
        [Small with { InnerSteps = 1, CriticForm = CriticForm.Centred, CriticInput = CriticInput.RelativeAndGoal, CriticHead = Activation.Softplus }],
        [Small with { InnerSteps = 3, CriticForm = CriticForm.Centred, CriticInput = CriticInput.RelativeAndGoal }],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void MetaGradientIsTheGradientOfTheTaskLoss(MetaTrainingOptions options)
    {
        using Setup setup = new(new RigidBodyDynamics(RobotModel.TwoLink, new() { TimeStep = 0.05, TorqueScale = [5] }), options, 11);
        setup.Compute(setup.Phi);
        double[] gradient = setup.Gradient();

        // The gradient holds the states of the inner roll-outs constant. In the first step they do not depend on φ, so that
        // it is the whole gradient; more steps are checked below and against the reference files.
        if (options.InnerSteps == 1)
        {
            AssertSame(gradient, Numbers.Gradient(setup.Compute, setup.Phi, 1e-5));
        }

        Assert.IsGreaterThan(0, gradient.Max(Math.Abs));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void InnerUpdateIsAStepAgainstTheGradientOfTheInnerLoss(MetaTrainingOptions options)
    {
        using Setup setup = new(new Drift(2), options, 3);
        setup.Compute(setup.Phi);
        for (int b = 0; b < 3; b++)
        {
            double[] theta = setup.Policy(0, b);
            double[] updated = setup.Policy(1, b);
            double[] step = [.. theta.Zip(updated, (before, after) => (before - after) / options.PolicyLearningRate)];
            AssertSame(step, Numbers.Gradient(InnerLoss, theta));

            double InnerLoss(double[] parameters)
            {
                setup.SetPolicy(b, parameters);
                setup.Compute(setup.Phi);
                double loss = setup.Meta.InnerLoss(0, b);
                setup.SetPolicy(b, theta);
                return loss;
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void BackPropagationThroughTimeIsTheGradientOfTheTaskLoss(MetaTrainingOptions options)
    {
        // A critic of zeros leaves the policies as they are.
        using Setup setup = new(new RigidBodyDynamics(RobotModel.TwoLink, new() { TimeStep = 0.05, TorqueScale = [5], Substeps = 2 }), options with { InnerSteps = 1 }, 2);
        double[] zero = new double[setup.Phi.Length];
        setup.Compute(zero);
        for (int b = 0; b < 2; b++)
        {
            double[] theta = setup.Policy(0, b);
            double[] v = setup.PolicyGradient(b);
            AssertSame(v, Numbers.Gradient(TaskLoss, theta));

            double TaskLoss(double[] parameters)
            {
                setup.SetPolicy(b, parameters);
                double loss = setup.Compute(zero);
                setup.SetPolicy(b, theta);
                return loss;
            }
        }
    }

    [TestMethod]
    [DataRow(CriticForm.Plain, CriticInput.Relative, 0.0)]
    [DataRow(CriticForm.Centred, CriticInput.Relative, 0.0)]
    [DataRow(CriticForm.Centred, CriticInput.Raw, 0.0)]
    [DataRow(CriticForm.Plain, CriticInput.Relative, 0.6)]
    [DataRow(CriticForm.Centred, CriticInput.Raw, 0.6)]
    public void SeveralInnerStepsAreDifferentiatedThroughEachOther(CriticForm form, CriticInput input, double limit)
    {
        MetaTrainingOptions options = Small with { CriticForm = form, CriticInput = input, ActionLimit = limit, InnerSteps = 3, Horizon = 1, TaskLoss = TaskLossKind.FinalState, PolicyLearningRate = 0.3 };
        using Setup setup = new(new CartDynamics(), options, 4);
        setup.Compute(setup.Phi);
        double[] gradient = setup.Gradient();

        // With a horizon of 1 the only state the critic sees is the start state, so nothing is held constant.
        AssertSame(gradient, Numbers.Gradient(setup.Compute, setup.Phi));
    }

    [TestMethod]
    public void RollOutsThatDivergeAreLeftOut()
    {
        MetaTrainingOptions options = Small with { InnerSteps = 2 };
        using Setup setup = new(new Explosive(), options, 3);
        setup.Meta.StartStates[0] = 0.5;
        setup.Meta.StartStates[1] = 6;
        setup.Meta.StartStates[2] = -0.5;
        double loss = setup.Compute(setup.Phi);
        CollectionAssert.AreEqual(new[] { false, true, false }, setup.Meta.Failed);
        Assert.AreEqual((setup.Meta.TaskLosses[0] + setup.Meta.TaskLosses[2]) / 2, loss, 1e-15);
        Assert.IsTrue(double.IsNaN(setup.Meta.TaskLosses[1]));
        double[] withBad = setup.Gradient();
        Assert.IsTrue(withBad.All(double.IsFinite));

        // The same without the bad one.
        using Setup two = new(new Explosive(), options, 2);
        two.Meta.StartStates[0] = 0.5;
        two.Meta.StartStates[1] = -0.5;
        two.SetPolicy(1, setup.Policy(0, 2));
        setup.Meta.Goals.AsSpan(2, 1).CopyTo(two.Meta.Goals.AsSpan(1));
        Assert.AreEqual(two.Compute(setup.Phi), loss, 1e-14);
        AssertSame(withBad, two.Gradient());
    }

    [TestMethod]
    public void TaskGradientsAreClippedPerRollOut()
    {
        MetaTrainingOptions options = Small with { TaskGradientClip = 1e-3, CriticInput = CriticInput.Raw };
        RigidBodyDynamics dynamics = new(RobotModel.TwoLink, new() { TimeStep = 0.05, TorqueScale = [5] });
        using Setup clipped = new(dynamics, options, 3);
        using Setup free = new(dynamics, options with { TaskGradientClip = 0 }, 3);
        clipped.Compute(clipped.Phi);
        free.Compute(clipped.Phi);
        for (int b = 0; b < 3; b++)
        {
            double[] v = clipped.PolicyGradient(b);
            double[] whole = free.PolicyGradient(b);
            double norm = Math.Sqrt(whole.Sum(x => x * x)) * 3; // undo the mean over the batch
            Assert.IsGreaterThan(1e-3, norm);
            AssertSame(v, [.. whole.Select(x => x * 1e-3 / norm)]);
        }
    }

    [TestMethod]
    [DataRow(TaskLossKind.FinalState)]
    [DataRow(TaskLossKind.LateWindow)]
    [DataRow(TaskLossKind.Trajectory)]
    public void TrajectoriesCountUpToWhereTheDynamicsAreTrusted(TaskLossKind loss)
    {
        MetaTrainingOptions options = Small with { InnerSteps = 1, TaskLoss = loss, DisagreementLimit = 2 };
        Untrusted dynamics = new(0.35);
        using Setup setup = new(dynamics, options, 7);
        double value = setup.Compute(setup.Phi);
        int[] ends = [.. Enumerable.Range(0, 7).Select(setup.Meta.End)];
        Assert.IsTrue(ends.Any(end => end < options.Horizon) && ends.Any(end => end == options.Horizon), string.Join(' ', ends));
        AssertSame(setup.Gradient(), Numbers.Gradient(setup.Compute, setup.Phi, 1e-5));

        // The end is the first state that is too far away.
        Assert.IsTrue(ends.Any(end => end < options.Horizon - 1), string.Join(' ', ends));
        for (int b = 0; b < 7; b++)
        {
            Assert.AreEqual(Enumerable.Range(0, options.Horizon).FirstOrDefault(t => Math.Abs(*setup.Meta.FinalTrajectory(b, t, out _)) > 0.35, options.Horizon), ends[b]);
        }

        // The state at the end stands for those after it.
        TaskLoss whole = new(options);
        double expected = 0;
        for (int b = 0; b < 7; b++)
        {
            for (int t = 1; t <= options.Horizon; t++)
            {
                double* state = setup.Meta.FinalTrajectory(b, Math.Min(t, ends[b]), out int stride);
                expected += whole.Add(t, state, 2, stride, setup.Meta.Goals.AsSpan(b, 1), null) / 7;
            }
        }

        Assert.AreEqual(expected, value, 1e-12);
    }

    private static void AssertSame(double[] actual, double[] expected)
    {
        double error = Numbers.RelativeError(actual, expected);
        Assert.IsLessThanOrEqualTo(Tolerance, error);
    }

    private sealed class Setup : IDisposable
    {
        private readonly WorkerTeam _team = new(2);
        private readonly NetworkInputs _inputs;
        private readonly AlignedBuffer<double> _phi;

        public Setup(IDifferentiableDynamics dynamics, MetaTrainingOptions options, int count)
        {
            _inputs = new(dynamics.StateSize, dynamics.ActionSize, dynamics.PositionSize, options);
            _phi = new(_inputs.Critic.Length);
            Meta = new(dynamics, _inputs, options, count, _team);
            Phi = Numbers.Uniform(1, _inputs.Critic.Shape.ParameterCount, 0.7);
            Numbers.Uniform(2, Meta.Goals.Length).CopyTo(Meta.Goals, 0);
            Numbers.Uniform(3, Meta.StartStates.Length, 0.5).CopyTo(Meta.StartStates, 0);
            Array.Fill(Meta.Weights, 1);
            for (int b = 0; b < count; b++)
            {
                SetPolicy(b, Numbers.Uniform(100 + (ulong)b, _inputs.Policy.Shape.ParameterCount, 0.6));
            }
        }

        public MetaGradient<double> Meta { get; }

        public double[] Phi { get; }

        public double Compute(double[] phi)
        {
            _inputs.Critic.Import<double>(phi, _phi.Pointer);
            return Meta.Compute(_phi.Pointer);
        }

        public double[] Gradient() => Exported(_inputs.Critic, Meta.Gradient.Pointer);

        public double[] Policy(int k, int b) => Exported(_inputs.Policy, Meta.Theta(k, b));

        public double[] PolicyGradient(int b) => Exported(_inputs.Policy, Meta.PolicyGradient(b));

        public void SetPolicy(int b, double[] parameters) => _inputs.Policy.Import<double>(parameters, Meta.Theta(0, b));

        public void Dispose()
        {
            Meta.Dispose();
            _phi.Dispose();
            _team.Dispose();
        }

        private static double[] Exported(MlpLayout layout, double* padded)
        {
            double[] flat = new double[layout.Shape.ParameterCount];
            layout.Export(padded, flat.AsSpan());
            return flat;
        }
    }
}
