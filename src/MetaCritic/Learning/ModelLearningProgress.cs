using MetaCritic.Dynamics;

namespace MetaCritic.Learning;

/// <summary>How far meta-training through learned dynamics is: in learning the dynamics, or in meta-training.</summary>
/// <param name="Round">The round, from 0.</param>
/// <param name="Dynamics">Progress of learning the dynamics; null while the critic is meta-trained.</param>
/// <param name="MetaTraining">Progress of meta-training, over all rounds; null while dynamics are learned.</param>
public readonly record struct ModelLearningProgress(int Round, DynamicsLearningProgress? Dynamics, MetaTrainingProgress? MetaTraining);
