namespace MetaCritic.Tasks;

/// <summary>How the settings of <see cref="TaskPreset.For"/> came about.</summary>
/// <param name="Joints">Per movable joint, in their order.</param>
/// <param name="Remarks">What a user should know about the description, as sentences without a full stop; mostly none.</param>
public sealed record SettingsExplanation(IReadOnlyList<JointSettings> Joints, IReadOnlyList<string> Remarks);
