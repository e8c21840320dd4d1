using MetaCritic.Robots;

namespace MetaCritic.Cli.Views;

/// <summary>Looks at a scene from afar, without perspective.</summary>
internal sealed class Camera
{
    private readonly Vector3d _right;
    private readonly Vector3d _up;

    private Camera(Vector3d right, Vector3d up) => (_right, _up) = (right, up);

    /// <summary>A view that shows the motion of robots: from above if all their joints turn about the vertical, else from the side and a little above.</summary>
    public static Camera For(IEnumerable<RobotModel> robots)
    {
        bool flat = robots.All(robot => robot.MovableJoints.Count > 0 && IsFlat(robot));
        double yaw = flat ? -Math.PI / 2 : -0.9, pitch = flat ? Math.PI / 2 : 0.35;
        (double sy, double cy) = Math.SinCos(yaw);
        (double sp, double cp) = Math.SinCos(pitch);
        return new(new(-sy, cy, 0), new(-sp * cy, -sp * sy, cp));
    }

    /// <summary>Where a point is seen, m: to the right and upwards.</summary>
    public (double X, double Y) See(Vector3d point) => (Vector3d.Dot(point, _right), Vector3d.Dot(point, _up));

    private static bool IsFlat(RobotModel robot)
    {
        IReadOnlyList<Pose> poses = new Skeleton(robot).Place([.. robot.RestPosition]);
        return robot.Joints.Index().All(joint => !joint.Item.IsMovable
            || (joint.Item.Type != JointType.Prismatic && Math.Abs((poses[joint.Index + 1].Rotation * joint.Item.Axis).Z) > 0.99));
    }
}
