using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Cli.Views;

/// <summary>A robot as it is drawn where its description has no shapes: capsules from joint to joint.</summary>
internal sealed class Skeleton
{
    // Of the arm's reach.
    private const double Thickness = 0.042;

    private readonly RigidBodyAlgorithms _algorithms;
    private readonly Pose[] _poses;

    public Skeleton(RobotModel robot)
    {
        Robot = robot;
        _algorithms = new(robot);
        _poses = new Pose[robot.Links.Count];
        int[] depths = new int[robot.Links.Count];
        double[] reaches = new double[robot.Links.Count];
        List<(int Link, Vector3d From, Vector3d To)> segments = [];
        for (int i = 1; i < robot.Links.Count; i++)
        {
            int parent = robot.ParentIndices[i];
            RobotJoint joint = robot.Joints[i - 1];
            depths[i] = depths[parent] + (joint.IsMovable ? 1 : 0);
            double slide = joint.Type == JointType.Prismatic && double.IsFinite(joint.UpperLimit - joint.LowerLimit) ? Math.Max(Math.Abs(joint.LowerLimit), Math.Abs(joint.UpperLimit)) : 0;
            reaches[i] = reaches[parent] + joint.Origin.Position.Length + slide;
            segments.Add((parent, Vector3d.Zero, joint.Origin.Position));
        }

        // The last links of a chain, of which the description says only where their mass is.
        for (int i = 0; i < robot.Links.Count; i++)
        {
            Vector3d end = 2 * robot.Links[i].CenterOfMass;
            if (!robot.ParentIndices.Contains(i) && robot.Links[i].Mass > 0)
            {
                segments.Add((i, Vector3d.Zero, end));
                reaches[i] += end.Length;
            }
        }

        Reach = reaches.Max() is > 0 and double reach ? reach : 1;
        int deepest = Math.Max(1, depths.Max());
        Capsules =
        [
            .. segments.Where(segment => (segment.To - segment.From).Length > 0.01 * Reach)
                .Select(segment => new Capsule(segment.Link, segment.From, segment.To, Thickness * Reach * (1 - (0.55 * depths[segment.Link] / deepest)))),
        ];
        Radii = [.. depths.Select(depth => Thickness * Reach * (1 - (0.55 * depth / deepest)))];
        EndEffector = robot.Links.Index().First(link => link.Item.Name == robot.EndEffector).Index;
    }

    /// <summary>A rod with round ends.</summary>
    /// <param name="Link">Index of the link that it belongs to.</param>
    /// <param name="From">One end in the link's frame, m.</param>
    /// <param name="To">The other end.</param>
    /// <param name="Radius">Its radius, m.</param>
    public sealed record Capsule(int Link, Vector3d From, Vector3d To, double Radius);

    /// <summary>The robot.</summary>
    public RobotModel Robot { get; }

    /// <summary>Length of the longest chain, m.</summary>
    public double Reach { get; }

    /// <summary>Its links.</summary>
    public IReadOnlyList<Capsule> Capsules { get; }

    /// <summary>How thick each link is drawn, m.</summary>
    public IReadOnlyList<double> Radii { get; }

    /// <summary>Index of the end effector's link.</summary>
    public int EndEffector { get; }

    /// <summary>The links' frames in the world. Valid until the next call.</summary>
    /// <param name="q">Positions, [joints].</param>
    public IReadOnlyList<Pose> Place(ReadOnlySpan<double> q)
    {
        _algorithms.ForwardKinematics(q, _poses);
        return _poses;
    }
}
