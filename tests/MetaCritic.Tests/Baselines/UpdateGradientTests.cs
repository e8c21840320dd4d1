using MetaCritic.Baselines;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Baselines;

/// <summary>The gradients of critic, policy and meta critic against central differences, in double.</summary>
[TestClass]
public sealed unsafe class UpdateGradientTests
{
    private const double Tolerance = 1e-6;

    private static readonly DdpgOptions Small = new()
    {
        BatchSize = 7,
        PolicyHidden = [6, 5],
        CriticHidden = [9, 8],
        CriticActivation = Activation.Tanh, // smooth, so that differences of gradients are exact enough
        VelocityScale = 0.5,
        PositionScale = 0.8,
        ActionScale = 1.3,
        Discount = 0.9,
    };

    public static IEnumerable<object[]> Cases =>
    [
        [Small],
        [Small with { CriticInput = CriticInput.Raw, ActionLimit = 1.7 }],
        [Small with { CriticInput = CriticInput.RelativeAndGoal, PolicyHidden = [] }],
        [Small with { BatchSize = 50, ActionLimit = 0.4 }], // more rows than a thread takes at once
        [Small with { CriticActivation = Activation.Softplus, PolicyActivation = Activation.Softplus, Discount = 0 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void CriticFollowsTheGradientOfTheTemporalDifferenceError(DdpgOptions options)
    {
        using Setup setup = new(options);
        using CriticUpdate<double> update = new(
            setup.Inputs, setup.Networks.Critic, setup.Networks.PolicyTarget, setup.Networks.CriticTarget, options.BatchSize, options.Discount, setup.Team);
        double[] phi = Setup.Get(setup.Networks.Critic);
        update.Gradient(setup.Training);
        double[] gradient = Setup.Exported(setup.Networks.Critic.Layout, update.GradientBuffer);

        AssertSame(gradient, Numbers.Gradient(Delta, phi));
        double Delta(double[] parameters)
        {
            Setup.Set(setup.Networks.Critic, parameters);
            return update.Gradient(setup.Training);
        }
    }

    [TestMethod]
    public void TheTargetIsTheCostAndTheDiscountedEstimateOfTheTargetNetworks()
    {
        // With Q = 0, δ = mean of y², and with Q' = 1 everywhere, y = r + γ.
        using Setup setup = new(Small);
        Setup.Set(setup.Networks.Critic, new double[setup.Inputs.Critic.Shape.ParameterCount]);
        double[] one = new double[setup.Inputs.Critic.Shape.ParameterCount];
        one[^1] = 1;
        Setup.Set(setup.Networks.CriticTarget, one);
        using CriticUpdate<double> update = new(
            setup.Inputs, setup.Networks.Critic, setup.Networks.PolicyTarget, setup.Networks.CriticTarget, Small.BatchSize, Small.Discount, setup.Team);
        double expected = Enumerable.Range(0, Small.BatchSize).Average(i => Math.Pow(setup.Training.Cost(i) + 0.9, 2));
        Assert.AreEqual(expected, update.Gradient(setup.Training), 1e-12);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void PolicyFollowsTheGradientOfTheCritic(DdpgOptions options)
    {
        using Setup setup = new(options);
        using PolicyLoss<double> loss = new(setup.Inputs, setup.Networks.Policy, setup.Networks.Critic, options.BatchSize, MlpPasses.Reverse, setup.Team);
        using AlignedBuffer<double> buffer = new(setup.Inputs.Policy.Length);
        double[] theta = Setup.Get(setup.Networks.Policy);
        loss.Value(setup.Training);
        loss.Gradient(buffer);

        AssertSame(Setup.Exported(setup.Inputs.Policy, buffer), Numbers.Gradient(Value, theta));
        double Value(double[] parameters)
        {
            Setup.Set(setup.Networks.Policy, parameters);
            return loss.Value(setup.Training);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void MetaCriticFollowsTheGradientOfTheMetaLoss(DdpgOptions options)
    {
        using Setup setup = new(options);
        MlpLayout layout = new(new MlpShape([setup.Inputs.RowLength, 5, 4, 1], options.CriticActivation));

        // A large trial step, so that the tangent hyperbolic bends.
        OnlineMetaCriticOptions meta = new() { Ddpg = options, TrialLearningRate = 2 };
        using MetaCriticUpdate<double> update = new(setup.Inputs, layout, setup.Networks, meta, setup.Team);
        double[] omega = Numbers.Uniform(77, layout.Shape.ParameterCount, 0.9);
        Setup.Set(update.MetaCritic, omega);
        double loss = update.MetaGradient(setup.Training, setup.Validation);
        double[] gradient = Setup.Exported(layout, update.OmegaGradient);

        Assert.IsGreaterThan(1e-3, Math.Abs(loss));
        AssertSame(gradient, Numbers.Gradient(MetaLoss, omega));
        double MetaLoss(double[] parameters)
        {
            Setup.Set(update.MetaCritic, parameters);
            return update.MetaGradient(setup.Training, setup.Validation);
        }
    }

    [TestMethod]
    public void AMetaCriticOfZeroCausesNoUpdate()
    {
        using Setup setup = new(Small);
        MlpLayout layout = new(new MlpShape([setup.Inputs.RowLength, 5, 4, 1], Activation.Tanh));
        using MetaCriticUpdate<double> update = new(setup.Inputs, layout, setup.Networks, new() { Ddpg = Small, TrialLearningRate = 1 }, setup.Team);
        Setup.Set(update.MetaCritic, new double[layout.Shape.ParameterCount]);
        Assert.AreEqual(0, update.MetaGradient(setup.Training, setup.Validation));

        // One that is the critic itself steps further down it.
        using MetaCriticUpdate<double> same = new(setup.Inputs, setup.Inputs.Critic, setup.Networks, new() { Ddpg = Small, TrialLearningRate = 1e-3 }, setup.Team);
        Setup.Set(same.MetaCritic, Setup.Get(setup.Networks.Critic));
        Assert.IsLessThan(0, same.MetaGradient(setup.Training, setup.Training));
    }

    [TestMethod]
    public void TargetsFollowByPolyakAveraging()
    {
        DdpgOptions options = Small with { TargetRate = 0.3, CriticLearningRate = 0.1, PolicyLearningRate = 0.1 };
        using Setup setup = new(options);
        using DdpgUpdate<double> update = new(setup.Inputs, setup.Networks, options, setup.Team);
        (Network<double> Network, Network<double> Target)[] pairs =
        [
            (setup.Networks.Critic, setup.Networks.CriticTarget),
            (setup.Networks.Policy, setup.Networks.PolicyTarget),
        ];
        double[][] before = [.. pairs.Select(pair => Setup.Get(pair.Target))];
        double[][] online = [.. pairs.Select(pair => Setup.Get(pair.Network))];
        update.Run(setup.Training);
        for (int k = 0; k < pairs.Length; k++)
        {
            double[] after = Setup.Get(pairs[k].Network);
            double[] expected = [.. after.Zip(before[k], (now, then) => (0.3 * now) + (0.7 * then))];
            Assert.IsLessThanOrEqualTo(1e-14, Numbers.RelativeError(Setup.Get(pairs[k].Target), expected));
            Assert.IsGreaterThan(0.01, Numbers.RelativeError(after, online[k]));
        }
    }

    private static void AssertSame(double[] actual, double[] expected)
    {
        Assert.IsGreaterThan(0, expected.Max(Math.Abs));
        Assert.IsLessThanOrEqualTo(Tolerance, Numbers.RelativeError(actual, expected));
    }

    private sealed class Setup : IDisposable
    {
        public Setup(DdpgOptions options)
        {
            Inputs = new(4, 2, 2, options);
            Networks = new(Inputs, Team);
            Set(Networks.Policy, Numbers.Uniform(1, Inputs.Policy.Shape.ParameterCount, 0.7));
            Set(Networks.Critic, Numbers.Uniform(2, Inputs.Critic.Shape.ParameterCount, 0.7));
            Set(Networks.PolicyTarget, Numbers.Uniform(3, Inputs.Policy.Shape.ParameterCount, 0.7));
            Set(Networks.CriticTarget, Numbers.Uniform(4, Inputs.Critic.Shape.ParameterCount, 0.7));
            Training = new(Inputs, options.BatchSize);
            Validation = new(Inputs, options.BatchSize);
            for (int i = 0; i < options.BatchSize; i++)
            {
                Numbers.Uniform(100 + (ulong)i, Inputs.TransitionLength).CopyTo(new Span<double>(Training.Row(i), Inputs.TransitionLength));
                Numbers.Uniform(200 + (ulong)i, Inputs.TransitionLength).CopyTo(new Span<double>(Validation.Row(i), Inputs.TransitionLength));
            }
        }

        public WorkerTeam Team { get; } = new(2);

        public ActorCriticInputs Inputs { get; }

        public ActorCriticNetworks<double> Networks { get; }

        public Minibatch<double> Training { get; }

        public Minibatch<double> Validation { get; }

        public static void Set(Network<double> network, double[] parameters)
        {
            network.Layout.Import<double>(parameters, network.Parameters.Pointer);
            network.Pack();
        }

        public static double[] Get(Network<double> network) => Exported(network.Layout, network.Parameters);

        public static double[] Exported(MlpLayout layout, AlignedBuffer<double> padded)
        {
            double[] flat = new double[layout.Shape.ParameterCount];
            layout.Export(padded.Pointer, flat.AsSpan());
            return flat;
        }

        public void Dispose()
        {
            Networks.Dispose();
            Training.Dispose();
            Validation.Dispose();
            Team.Dispose();
        }
    }
}
