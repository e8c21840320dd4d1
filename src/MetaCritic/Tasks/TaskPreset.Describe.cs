using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

public sealed partial record TaskPreset
{
    private const int TextWidth = 80;
    private const int LabelWidth = 10;

    /// <summary>The settings in a few lines for people, of at most 80 characters each: actuator, limits, training, fitting, and remarks on the description.</summary>
    public IReadOnlyList<string> Describe()
    {
        List<string> lines = [];
        Add("actuator", Dynamics.Actuator == Actuator.SpeedLoop ? "speed loop: torque = k·action - (k/v)·speed" : "torque = k·action");
        Add("", Dynamics.GravityCompensation ? "gravity is compensated" : "gravity acts");
        AddJoints(lines);
        string[] limits =
        [
            .. Dynamics.TorqueLimits ? (string[])["torque"] : [],
            .. Dynamics.VelocityLimits ? (string[])["velocity"] : [],
            .. Dynamics.PositionLimits ? (string[])["position"] : [],
        ];
        Add("limits", limits.Length == 0 ? "none act" : $"{string.Join(", ", limits)}: as the description has them");
        Add("roll-outs", Say($"{Training.Horizon} steps of {Dynamics.TimeStep:G3} s, from rest{(Training.StartSpread > 0 ? Say($" about {Training.StartSpread:G3} rad around the start") : "")}"));
        Add("critic", Say($"{(Training.CriticForm == CriticForm.Centred ? "centred at the goal" : "plain")}, {string.Join(" x ", Training.CriticHidden)}, {Training.Iterations} meta-iterations, learning rate {Training.PolicyLearningRate:G3}"));
        Add("fitting", Say($"{Fitting.Steps} updates {(Fitting.Optimizer == OptimizerKind.Adam ? "with Adam" : "by plain steps")}, learning rate {Fitting.LearningRate ?? Training.PolicyLearningRate:G3}, {Fitting.Horizon ?? Training.Horizon} steps"));
        foreach (string remark in Explanation?.Remarks ?? [])
        {
            Add("remark", remark);
        }

        return lines;

        void Add(string label, string text) => AddWrapped(lines, label, text);
    }

    private void AddJoints(List<string> lines)
    {
        IReadOnlyList<JointSettings>? joints = Explanation?.Joints;
        bool loop = Dynamics.Actuator == Actuator.SpeedLoop;
        for (int i = 0; i < Robot.DegreesOfFreedom; i++)
        {
            RobotJoint joint = Robot.MovableJoints[i];
            (string force, string length) = joint.Type == JointType.Prismatic ? ("N", "m") : ("N·m", "rad");
            double k = Value(Dynamics.TorqueScale, i);
            double v = loop ? Value(Dynamics.SpeedScale, i) : 0;
            bool explained = joints?.Count == Robot.DegreesOfFreedom && joints[i].Torque == k && joints[i].Speed == v;
            string name = joint.Name.Length <= 24 ? joint.Name : joint.Name[..21] + "...";
            string torque = Say($"k {k,6:G3} {force,-3}{(explained ? $" ({Name(joints![i].TorqueFrom)})" : "")}");
            string speed = loop ? Say($"v {v,5:G3} {length}/s{(explained ? $" ({Name(joints![i].SpeedFrom)})" : "")}") : "";
            lines.Add($"{"",LabelWidth}{name,-24} {torque,-22} {speed}".TrimEnd());
        }

        static double Value(IReadOnlyList<double> values, int joint) => values.Count switch { 0 => 1, 1 => values[0], _ => values[joint] };

        static string Name(SettingSource source) => source switch
        {
            SettingSource.Inertia => "inertia",
            SettingSource.Damping => "damping",
            SettingSource.Limit => "limit",
            _ => "usual",
        };
    }

    private static void AddWrapped(List<string> lines, string label, string text)
    {
        string line = label.PadRight(LabelWidth);
        foreach (string word in text.Split(' '))
        {
            if (line.Length > LabelWidth && line.Length + word.Length + 1 > TextWidth)
            {
                lines.Add(line.TrimEnd());
                line = new string(' ', LabelWidth);
            }

            line += line.Length > LabelWidth ? " " + word : word;
        }

        lines.Add(line.TrimEnd());
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
