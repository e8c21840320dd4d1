using System.Globalization;
using MetaCritic;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.TorchSharp;
using MetaCritic.Models;
using MetaCritic.Tasks;
using static TorchSharp.torch;

// Shows dynamics written in torch: a pendulum that hangs from a cart, like the load of a crane. Its step is written in torch, in eight lines and without a derivative. A critic
// is meta-trained through it with torch, saved as a critic of the engine, and fits policies with the engine: the cart is to go somewhere
// and the pendulum to hang still there.
//
// Expected output (the last digits differ between processors):
//
//   100 of 400 meta-iterations: task loss 0.076
//   200 of 400 meta-iterations: task loss 0.022
//   300 of 400 meta-iterations: task loss 0.014
//   400 of 400 meta-iterations: task loss 0.015
//   goal -0.80 m: the cart ends at -0.77 m, the pendulum at -0.00 rad
//   goal  0.20 m: the cart ends at  0.25 m, the pendulum at -0.00 rad
//   goal  0.70 m: the cart ends at  0.65 m, the pendulum at -0.01 rad
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    // On a Linux whose libstdc++ is older than TorchSharp wants; elsewhere it has no effect.
    TorchRuntime.UseCompatibleCopy = true;
    TorchRuntime.Load();

    // State: place of the cart (m), angle of the pendulum from straight down (rad), and their velocities. Action: the force on the cart (N).
    TorchDynamics crane = new(stateSize: 4, actionSize: 1, positionSize: 2, (state, action) =>
    {
        const double Cart = 1, Load = 0.3, Length = 0.5, Gravity = 9.81, Friction = 0.5, TimeStep = 0.05; // kg, kg, m, m/s², N·s/m, s
        Tensor angle = state.narrow(1, 1, 1), v = state.narrow(1, 2, 1), w = state.narrow(1, 3, 1);
        Tensor sin = angle.sin(), cos = angle.cos(), force = action - (Friction * v);
        Tensor a = (force + (Load * sin * ((Length * w * w) + (Gravity * cos)))) / (Cart + (Load * sin * sin));
        Tensor b = ((-a * cos) - (Gravity * sin) - (0.2 * w)) / Length;
        Tensor velocities = state.narrow(1, 2, 2) + (TimeStep * cat([a, b], 1));
        return cat([state.narrow(1, 0, 2) + (TimeStep * velocities), velocities], 1);
    });

    // A critic for it, on four goals: the cart at ±0.5 m and ±1 m, the pendulum at rest.
    TrainingGoals goals = new() { Goals = [[-1, 0], [-0.5, 0], [0.5, 0], [1, 0]] };
    MetaTrainingOptions options = new()
    {
        Iterations = 400,
        Horizon = 60,
        PolicyLifetime = 100,
        VelocityWeight = 0.3,
        PositionScale = 2,
        VelocityScale = 1,
        CriticHidden = [64, 64],
        PolicyHidden = [32],
    };
    string file = Path.Combine(Path.GetTempPath(), $"crane-{Guid.NewGuid():N}.critic");
    using (TorchMetaTrainer trainer = new(crane, goals, options))
    {
        using TorchCriticModel trained = trainer.Train(new Tenths());
        trained.ToCriticModel().Save(file);
    }

    // Elsewhere, without torch's graph: the engine fits policies for places that the critic has not seen.
    CriticModel critic = CriticModel.Load(file);
    File.Delete(file);
    double[] places = [-0.8, 0.2, 0.7];
    using PolicyLearner learner = new(critic, new() { Steps = 100 });
    IReadOnlyList<PolicyFit> fits = learner.Fit([.. places.Select(place => new FittingTask { Goal = [place, 0] })], tasks => new DynamicsEnvironment(crane, tasks.Count));
    foreach ((double place, PolicyFit fit) in places.Zip(fits))
    {
        Console.WriteLine($"goal {place,5:F2} m: the cart ends at {fit.FinalState[0],5:F2} m, the pendulum at {fit.FinalState[1],5:F2} rad");
    }

    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message); // the place, what was found, and the remedy
    return 1;
}

internal sealed class Tenths : IProgress<MetaTrainingProgress>
{
    public void Report(MetaTrainingProgress value)
    {
        if (value.Completed % 100 == 0)
        {
            Console.WriteLine($"{value.Completed} of {value.Total} meta-iterations: task loss {value.Latest.TaskLoss:F3}");
        }
    }
}
