namespace MetaCritic.Robots;

/// <summary>Which link carries the payload if nobody says.</summary>
internal static class EndEffectorChoice
{
    /// <summary>
    /// The first link (in the robot's order) that the most movable joints lead to, and from there the last link of all that
    /// hang below it, which is rigidly connected to it: usually the flange or tool frame.
    /// </summary>
    public static int Default(RobotJoint[] joints, RobotTree tree)
    {
        int[] movable = new int[tree.Parents.Length];
        int best = 0;
        int last = 0;
        for (int i = 1; i < movable.Length; i++)
        {
            movable[i] = movable[tree.Parents[i]] + (joints[i - 1].IsMovable ? 1 : 0);
            if (movable[i] > movable[best])
            {
                (best, last) = (i, i);
            }
            else if (movable[i] == movable[best] && tree.Parents[i] >= best && last == i - 1)
            {
                // Depth first, the links below the best one follow it without a gap.
                last = i;
            }
        }

        return last;
    }
}
