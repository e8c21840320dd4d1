using MetaCritic.Baselines;
using MetaCritic.Models;

namespace MetaCritic.Paper.Experiments;

/// <summary>What the training of a critic came to.</summary>
/// <param name="Critic">The critic; null if the training diverged.</param>
/// <param name="Curve">How the error on the training goals developed.</param>
internal sealed record TrainedCritic(CriticModel? Critic, TrainingCurve Curve);
