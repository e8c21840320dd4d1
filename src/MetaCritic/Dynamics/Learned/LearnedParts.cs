using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>What learned dynamics consist of, and what their file holds.</summary>
/// <param name="Options">What they were learned with.</param>
/// <param name="Features">What the networks see.</param>
/// <param name="Network">Shape of each network; its outputs are the change of the state, or of the velocities.</param>
/// <param name="Members">Parameters of each network.</param>
/// <param name="Input">Normalisation of the features.</param>
/// <param name="Output">Normalisation of the changes.</param>
/// <param name="Prior">Dynamics that the networks correct; null for none.</param>
/// <param name="HeldOut">Figures on the rows held out.</param>
internal sealed record LearnedParts(
    DynamicsLearnerOptions Options,
    DynamicsFeatures Features,
    MlpShape Network,
    IReadOnlyList<ReadOnlyMemory<float>> Members,
    Normalization Input,
    Normalization Output,
    IDifferentiableDynamics? Prior,
    DynamicsMetrics HeldOut);
