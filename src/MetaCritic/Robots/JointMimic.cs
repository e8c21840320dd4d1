namespace MetaCritic.Robots;

/// <summary>That a joint follows another one exactly: its position is multiplier · q + offset, with q the position of the other.</summary>
/// <param name="Joint">Name of the joint that it follows, which may follow another one itself.</param>
/// <param name="Multiplier">Factor on that joint's position; rad or m per rad or m.</param>
/// <param name="Offset">Position where that joint's is 0, rad or m.</param>
public sealed record JointMimic(string Joint, double Multiplier = 1, double Offset = 0);
