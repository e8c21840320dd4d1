namespace MetaCritic.Tasks;

/// <summary>A joint of a goal or a start state that lies outside the joint's position limits.</summary>
/// <param name="Row">Row of the table, from 0.</param>
/// <param name="IsStart">Whether it is the start state's, else the goal's.</param>
/// <param name="Joint">The joint's name.</param>
/// <param name="Position">The position, rad or m.</param>
/// <param name="Lower">Lower limit, rad or m; −∞ if there is none.</param>
/// <param name="Upper">Upper limit, rad or m; +∞ if there is none.</param>
/// <param name="Message">All of it as a sentence without a full stop, rows counted from 1, limits in degrees too.</param>
public sealed partial record OutsideLimits(int Row, bool IsStart, string Joint, double Position, double Lower, double Upper, string Message);
