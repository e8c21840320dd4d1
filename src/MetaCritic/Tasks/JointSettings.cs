namespace MetaCritic.Tasks;

/// <summary>What <see cref="TaskPreset.For"/> chose for a joint.</summary>
/// <param name="Joint">The joint's name.</param>
/// <param name="Torque">Torque or force for a unit of action, k; N·m or N.</param>
/// <param name="Speed">Speed that a unit of action holds, v; rad/s or m/s.</param>
/// <param name="TorqueFrom">What k was taken from.</param>
/// <param name="SpeedFrom">What v was taken from.</param>
public sealed record JointSettings(string Joint, double Torque, double Speed, SettingSource TorqueFrom, SettingSource SpeedFrom);
