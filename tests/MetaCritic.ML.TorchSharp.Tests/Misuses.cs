using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>What a user may do wrong. Each must end in an exception that says where; none may end the process.</summary>
internal static class Misuses
{
    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, 0.5], [-0.5, 0.2]] };

    private static readonly MetaTrainingOptions Options = new() { Iterations = 2, Horizon = 5, PoliciesPerGoal = 1, CriticHidden = [8], PolicyHidden = [4], OnDivergence = DivergenceResponse.Stop };

    /// <summary>Each misuse: its name, what the error must say, and what is done.</summary>
    public static (string Name, string Says, Action Do)[] All { get; } =
    [
        ("critic of a wrong shape", "The critic's network: it returned float32 [3, 2]", () => Critic(inputs => nn.Linear(inputs, 2))),
        ("critic of other inputs", "The critic's network: torch reports: ", () => Critic(inputs => nn.Linear(inputs + 1, 1))),
        ("critic that throws", "The critic's network: it threw FormatException: mine", () => Critic(inputs => new Own(inputs, 1, _ => throw new FormatException("mine")))),
        ("critic that returns null", "The critic's network: it returned null", () => Critic(inputs => new Own(inputs, 1, _ => null!))),
        ("critic of another type", "The critic's network: it returned float64", () => Critic(inputs => new Own(inputs, 1, h => h.to(ScalarType.Float64)))),
        ("critic without a gradient", "The critic's network: what it returns has no gradient", () => Critic(inputs => new Own(inputs, 1, h => h.detach()))),
        ("critic that disposes of its result", "disposed of", () => Critic(inputs => new Own(inputs, 1, Disposed))),
        ("critic that changes what its gradient needs", "The meta-gradient: torch reports: one of the variables needed for gradient computation", () => Critic(inputs => new Own(inputs, 1, h =>
        {
            Tensor y = h.tanh();
            y.add_(1);
            return y;
        }))),
        ("critic with a matmul of wrong shapes", "The critic's network: torch reports: mat1 and mat2 shapes cannot be multiplied", () => Critic(inputs => new Own(inputs, 1, h => h.matmul(zeros(3, 1))))),
        ("critic with a matmul of other types", "The critic's network: torch reports: expected", () => Critic(inputs => new Own(inputs, 1, h => h.matmul(zeros(1, 1, float64))))),
        ("critic with a backward that throws", "The meta-gradient: it threw FormatException: mine", () => Critic(inputs => new Own(inputs, 1, h => ThrowingBack.apply(h)))),
        ("dynamics with a matmul of wrong shapes", "The step of the dynamics: torch reports: mat1 and mat2 shapes", () => Dynamics((s, a) => s.matmul(zeros(3, 4, float64)))),
        ("dynamics with a backward that throws", "it threw FormatException: mine", () => Dynamics((s, a) => s + ThrowingBack.apply(cat([a, a], 1)))),
        ("dynamics with a gradient of what is not there", "The step of the dynamics: torch reports: element 0", () => Dynamics((s, a) => s + autograd.grad([a.sum()], [s])[0])),
        ("dynamics with a gradient of a graph that is gone", "The step of the dynamics: torch reports: Trying to backward through the graph a second time", () => Dynamics((s, a) =>
        {
            Tensor energy = s.square().sum();
            return s + autograd.grad([energy], [s])[0] + autograd.grad([energy], [s])[0];
        })),
        ("dynamics with a largest value along no dimension", "The step of the dynamics: torch reports: Dimension out of range", () => Dynamics((s, a) => s.cummax(7).values)),
        ("dynamics with a smallest value along no dimension", "The step of the dynamics: torch reports: Dimension out of range", () => Dynamics((s, a) => s.cummin(7).values)),
        ("critic that gives NaN", "the critic's loss at inner step 1 is not finite", () => Critic(inputs => new Own(inputs, 1, h => h * double.NaN))),
        ("critic without parameters", "The critic's network: it has no parameters", () => Critic(_ => new Sum())),
        ("no critic", "The critic's network: the function that makes it returned null", () => Critic(_ => null!)),
        ("policy of a wrong shape", "The policy's network: it returned float32 [3, 3]", () => Policy((s, _) => nn.Linear(s, 3))),
        ("policy that throws later", "The policy's network: it threw FormatException", () => Policy((s, a) => new Own(s, a, h => h.shape[0] == 3 ? h : throw new FormatException()))),
        ("policy without a gradient", "The policy's network: what it returns has no gradient", () => Policy((s, a) => new Own(s, a, h => h.detach()))),
        ("policies that are one", "the same network twice", () => Policy(Shared())),
        ("policies of different sizes", "networks with different parameters", () => Policy(Growing())),
        ("drawing NaN", "networks.initialize gave a parameter that is not finite", () => Train(new() { Initialize = (module, _) => module.parameters().First().fill_(double.NaN) })),
        ("drawing that throws", "Correct networks.initialize", () => Train(new() { Initialize = (_, _) => throw new FormatException("mine") })),
        ("precision that is none", "networks.precision", () => Train(new() { Precision = ScalarType.Int32 })),
        ("device without numbers", "networks.device: value is meta", () => Train(new() { Device = device(DeviceType.META) })),
        ("no threads", "TorchRuntime.Threads", () => TorchRuntime.Threads = 0),
        ("dynamics of a wrong shape", "The step of the dynamics: it returned float64 [2, 3]", () => Dynamics((s, a) => s.narrow(1, 0, 3))),
        ("dynamics that throw", "The step of the dynamics: it threw FormatException: mine", () => Dynamics((_, _) => throw new FormatException("mine"))),
        ("dynamics of single precision", "The step of the dynamics: it returned float32", () => Dynamics((s, _) => s.to(ScalarType.Float32))),
        ("dynamics without a gradient", "The step of the dynamics: what it returns has no gradient", () => Dynamics((s, _) => s.detach())),
        ("dynamics that mix up components", "The step of the dynamics: torch reports: ", () => Dynamics((s, a) => s + a)),
        ("dynamics that change what their gradient needs", "The step of the dynamics: torch reports: ", () => new TorchDynamics(4, 2, 2, (s, a) =>
        {
            Tensor y = s.exp();
            y.add_(1);
            return y;
        }).StepVjp(0, 1, new double[4], new double[2], new double[4], new double[4], new double[2])),
        ("an exception in the engine's derivative", "my derivative", () => Train(dynamics: new Failing())),
        ("states of a wrong shape", "states: the tensor is float32 [1, 3]", () => new EngineStep(new Failing()).Step(zeros(1, 3), zeros(1, 2))),
        ("states of whole numbers", "states: the tensor is int32", () => new EngineStep(new Failing()).Step(zeros(1, 4, dtype: ScalarType.Int32), zeros(1, 2))),
        ("actions of other rows", "actions: the tensor is float32 [2, 2]", () => new EngineStep(new Failing()).Step(zeros(1, 4), zeros(2, 2))),
        ("states disposed of", "states: the tensor is disposed of", () => new EngineStep(new Failing()).Step(Disposed(zeros(1, 4)), zeros(1, 2))),
        ("goals of a wrong size", "The training goals", () => Train(goals: new() { Goals = [[1, 2, 3]] })),
        ("a trainer that is disposed of", "TorchMetaTrainer", () =>
        {
            TorchMetaTrainer trainer = Trainer();
            trainer.Dispose();
            trainer.Step();
        }),
        ("a trainer disposed of in use", "TorchMetaTrainer", () =>
        {
            TorchMetaTrainer? trainer = null;
            trainer = Trainer(new() { Critic = inputs => new Own(inputs, 1, h =>
            {
                trainer?.Dispose();
                return h;
            }) });
            trainer.Step(); // ends in order
            trainer.Step();
        }),
        ("two callers", "is for one caller at a time", () =>
        {
            TorchMetaTrainer? trainer = null;
            trainer = Trainer(new() { Critic = inputs => new Own(inputs, 1, h =>
            {
                trainer?.Step();
                return h;
            }) });
            trainer.Step();
        }),
        ("a critic that is disposed of", "ObjectDisposedException", () =>
        {
            TorchCriticModel critic = Trainer().CreateCritic();
            critic.Dispose();
            critic.Score([1, 2, 3, 4], [1, 2], [1, 2], new float[1]);
        }),
        ("a critic whose parameter is disposed of", "The critic's network", () =>
        {
            TorchCriticModel critic = Trainer().CreateCritic();
            critic.Module.parameters().First().Dispose();
            critic.Score([1, 2, 3, 4], [1, 2], [1, 2], new float[1]);
        }),
        ("a score of goals of a wrong shape", "goals: the tensor is float64 [1, 3]", () => Trainer().CreateCritic().Module.call(zeros(1, 4, float64), zeros(1, 2, float64), zeros(1, 3, float64))),
        ("too few parameters", "has 33", () => TorchMlp.Create(new MlpShape([2, 8, 1], Activation.Tanh), new float[5])),
        ("a checkpoint of something else", "this is no file of MetaCritic.ML", () => Trainer().LoadCheckpoint(typeof(Misuses).Assembly.Location)),
        ("weights of something else", "Give a state_dict", () => TorchFile.Import(nn.Linear(2, 2), typeof(Misuses).Assembly.Location)),
    ];

    private static void Critic(Func<int, Module> make) => Train(new() { Critic = make });

    private static void Policy(Func<int, int, Module> make) => Train(new() { Policy = make });

    private static void Dynamics(Func<Tensor, Tensor, Tensor> step) => Train(dynamics: new TorchDynamics(4, 2, 2, step));

    private static void Train(TorchNetworks? networks = null, IDifferentiableDynamics? dynamics = null, TrainingGoals? goals = null)
    {
        using TorchMetaTrainer trainer = Trainer(networks, dynamics, goals);
        trainer.Train().Dispose();
    }

    private static TorchMetaTrainer Trainer(TorchNetworks? networks = null, IDifferentiableDynamics? dynamics = null, TrainingGoals? goals = null) => dynamics is null
        ? new(RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, goals ?? Goals, Options, networks)
        : new(dynamics, goals ?? Goals, Options, networks);

    private static Func<int, int, Module> Shared()
    {
        Own? one = null;
        return (s, a) => one ??= new Own(s, a, h => h);
    }

    private static Func<int, int, Module> Growing()
    {
        int width = 2;
        return (s, a) => new Wide(s, a, ++width);
    }

    private static Tensor Disposed(Tensor x)
    {
        x.Dispose();
        return x;
    }

    // A linear layer, and what the case does with its outputs.
    private sealed class Own : Module
    {
        private readonly Module layer;
        private readonly Func<Tensor, Tensor> _after;

        public Own(int inputs, int outputs, Func<Tensor, Tensor> after)
            : base(nameof(Own))
        {
            layer = nn.Linear(inputs, outputs);
            _after = after;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _after(layer.call(input));
    }

    // Torch calls its backward from native frames, which no exception may cross.
    internal sealed class ThrowingBack : autograd.SingleTensorFunction<ThrowingBack>
    {
        public override string Name => nameof(ThrowingBack);

        public static Tensor apply(Tensor x) => autograd.SingleTensorFunction<ThrowingBack>.apply(x);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new FormatException("mine");
    }

    private sealed class Wide : Module
    {
        private readonly Module enter, leave;

        public Wide(int inputs, int outputs, int width)
            : base(nameof(Wide))
        {
            enter = nn.Linear(inputs, width);
            leave = nn.Linear(width, outputs);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => leave.call(enter.call(input));
    }

    private sealed class Sum() : Module(nameof(Sum))
    {
        public override Tensor forward(Tensor input) => input.sum(1, keepdim: true);
    }

    private sealed class Failing : IDifferentiableDynamics
    {
        public int StateSize => 4;

        public int ActionSize => 2;

        public int PositionSize => 2;

        public void Step(int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, Span<double> nextStates) => states.CopyTo(nextStates);

        public void StepVjp(
            int firstRollout, int lanes, ReadOnlySpan<double> states, ReadOnlySpan<double> actions, ReadOnlySpan<double> nextCotangents, Span<double> stateCotangents, Span<double> actionCotangents) =>
            throw new NotSupportedException("my derivative");
    }
}
