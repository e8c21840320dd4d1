using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Tasks;

namespace MetaCritic.ML;

/// <summary>A meta-training as a table and options ask for it.</summary>
/// <param name="Goals">The goals.</param>
/// <param name="Validation">The validation goals; null for none.</param>
/// <param name="Dynamics">How a robot's dynamics are stepped.</param>
/// <param name="Training">Settings of meta-training.</param>
/// <param name="Fitting">Settings of fitting that the critic carries; null for none.</param>
/// <param name="Progress">Passes progress on, and logs.</param>
/// <param name="Resume">Given a checkpoint's file name, what loads it and what says how far it is: goes on from it if there is one and the options ask for it.</param>
internal sealed record TrainingJob(
    TrainingGoals Goals,
    TrainingGoals? Validation,
    RigidBodyOptions Dynamics,
    MetaTrainingOptions Training,
    PolicyLearnerOptions? Fitting,
    IProgress<MetaTrainingProgress> Progress,
    Action<string, Action<string>, Func<int>> Resume);

/// <summary>What came of it.</summary>
/// <param name="Critic">The critic.</param>
/// <param name="TaskLoss">Mean task loss of the last meta-iterations.</param>
/// <param name="FinalError">Mean final-state error of the last meta-iterations.</param>
/// <param name="History">Metrics of all meta-iterations.</param>
/// <param name="Try">Fits new policies with the critic for goals.</param>
internal sealed record TrainedCritic<TCritic>(
    TCritic Critic, double TaskLoss, double FinalError, IReadOnlyList<MetaIterationMetrics> History, Func<TrainingGoals, ValidationResult> Try);
