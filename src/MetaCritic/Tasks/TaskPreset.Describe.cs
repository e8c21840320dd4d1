using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

public sealed partial record TaskPreset
{
    private const int TextWidth = 80;
    private const int LabelWidth = 10;
    private const int LongestName = 22;

    /// <summary>The settings in a few lines for people, of at most 80 characters each: actuator, limits, training, fitting, and remarks on the description.</summary>
    public IReadOnlyList<string> Describe()
    {
        List<string> lines = [];
        Add("actuator", Dynamics.Actuator == Actuator.SpeedLoop ? "speed loop: torque = k·action - (k/v)·speed" : "torque = k·action");
        bool springs = Robot.Joints.Any(joint => joint.Stiffness > 0);
        Add("", (springs, Dynamics.GravityCompensation) switch
        {
            (false, true) => "gravity is compensated",
            (false, false) => "gravity acts",
            (true, true) => "gravity and the joints' springs are compensated",
            (true, false) => "gravity and the joints' springs act",
        });
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

    // A table with a row per joint. Where each value came from is said as long as it is the one computed.
    private void AddJoints(List<string> lines)
    {
        IReadOnlyList<JointSettings>? joints = Explanation?.Joints;
        bool loop = Dynamics.Actuator == Actuator.SpeedLoop;
        int nameWidth = Math.Max("joint".Length, Robot.MovableJoints.Max(joint => Shortened(joint.Name).Length));
        AddRow("joint", "k", "from", loop ? "v" : "", "from");
        for (int i = 0; i < Robot.DegreesOfFreedom; i++)
        {
            RobotJoint joint = Robot.MovableJoints[i];
            (string force, string length) = joint.Type == JointType.Prismatic ? ("N", "m") : ("N·m", "rad");
            double k = Value(Dynamics.TorqueScale, i);
            double v = loop ? Value(Dynamics.SpeedScale, i) : 0;
            bool explained = joints?.Count == Robot.DegreesOfFreedom && joints[i].Torque == k && joints[i].Speed == v;
            AddRow(
                Shortened(joint.Name),
                Say($"{k:G3} {force}"),
                explained ? Name(joints![i].TorqueFrom) : "given",
                loop ? Say($"{v:G3} {length}/s") : "",
                explained ? Name(joints![i].SpeedFrom) : "given");
        }

        void AddRow(string name, string k, string fromK, string v, string fromV) => lines.Add(
            $"{"",LabelWidth}{name.PadRight(nameWidth)}  {k,-13} {(loop ? $"{fromK,-10}  {v,-14} {fromV}" : fromK)}".TrimEnd());

        static double Value(IReadOnlyList<double> values, int joint) => values.Count switch { 0 => 1, 1 => values[0], _ => values[joint] };

        static string Shortened(string name) => name.Length <= LongestName ? name : name[..(LongestName / 2 - 2)] + "..." + name[^(LongestName / 2 - 1)..];

        static string Name(SettingSource source) => HeaderReader.NameOf(source);
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
