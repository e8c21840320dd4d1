namespace MetaCritic.Robots;

/// <summary>Which elements of URDF files the reader passes over.</summary>
internal static class UrdfVocabulary
{
    /// <summary>Elements that no dynamics depend on, and tags of simulators; passed over wherever they stand.</summary>
    private static readonly HashSet<string> PassedOver = new(StringComparer.Ordinal)
    {
        "audio_source", "calibration", "capsule", "collision", "collision_checking", "contact", "disable_collisions",
        "gazebo", "group", "group_state", "hardwareInterface", "isaac", "material", "mujoco", "plugin", "ros2_control",
        "safety_controller", "self_collision_checking", "sensor", "simulator", "transmission", "visual", "webots",
    };

    /// <summary>Whether an element has no part in the dynamics.</summary>
    /// <param name="prefix">Its namespace prefix; extensions of URDF have one.</param>
    /// <param name="name">Its name without the prefix.</param>
    public static bool IsPassedOver(string prefix, string name) => prefix.Length > 0 || PassedOver.Contains(name);

    /// <summary>Whether an element makes the robot's tree, and cannot be passed over in the wrong place.</summary>
    /// <param name="name">Its name without the prefix.</param>
    public static bool IsOfTree(string name) => name is "link" or "joint" or "inertial";
}
