using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>What a checkpoint is a training of, and how far it has come.</summary>
/// <param name="Robot">The robot; null for other dynamics.</param>
/// <param name="Dynamics">How it is stepped; null for other dynamics.</param>
/// <param name="Options">Options of the training.</param>
/// <param name="Goals">The training goals.</param>
/// <param name="IsOfLearnedDynamics">Whether it is a training through learned dynamics.</param>
/// <param name="Policies">Number of policies of its pool.</param>
/// <param name="History">Metrics of the meta-iterations done.</param>
/// <param name="Validations">How good the critic was on the validation goals, and when.</param>
/// <param name="ProductVersion">Version of the product that wrote it.</param>
public sealed record TrainingSummary(
    RobotModel? Robot,
    RigidBodyOptions? Dynamics,
    MetaTrainingOptions Options,
    TrainingGoals Goals,
    bool IsOfLearnedDynamics,
    int Policies,
    IReadOnlyList<MetaIterationMetrics> History,
    IReadOnlyList<ValidationPoint> Validations,
    string ProductVersion)
{
    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidInputException">It is not usable.</exception>
    internal static TrainingSummary FromFile(TensorFile file) => file.Interpret(header =>
    {
        header.RequireProduct();
        string product = header.Text("productVersion");
        SystemHeader system = SystemHeader.Read(header);
        InvalidInputException.At(header.Source, system.Training.Validate);
        TrainingGoals goals = TrainingGoalsData.GetFrom(file, header, system.StateSize, system.PositionSize);
        bool learned = header.Version >= 4 && header.Text("learnedDynamics").Length > 0;
        _ = header.Version >= 5 ? header.Text("validation") : "";
        int policies = file.ShapeOf("ages") is [<= int.MaxValue and long ages] ? (int)ages : 0; // else reading the ages says what is wrong
        NetworkInputs inputs = new(system.StateSize, system.ActionSize, system.PositionSize, system.Training);

        // The parameters are compared with what is there before memory is taken for them.
        using TrainingState state = TrainingState.GetFrom(file, header, inputs, policies);
        return new TrainingSummary(system.Robot, system.Dynamics, system.Training, goals, learned, policies, [.. state.Record.History], [.. state.Record.Validations], product);
    });
}
