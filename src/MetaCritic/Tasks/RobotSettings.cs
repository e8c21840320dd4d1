using MetaCritic.Dynamics;
using MetaCritic.Networks;
using MetaCritic.Robots;

namespace MetaCritic.Tasks;

/// <summary>The rules of <see cref="TaskPreset.For"/>.</summary>
internal sealed class RobotSettings
{
    /// <summary>Policies that learn together, at least.</summary>
    public const int Policies = 16;

    // Poses at which the inertia that a joint moves is looked at.
    private const int Poses = 200;
    private const ulong PoseSeed = 1;

    // Speed of a unit of action, rad/s, unless the joint's limit is lower; m/s where it slides.
    private const double UsualSpeed = 3;
    private const double UsualSlidingSpeed = 1;

    // Time in which a unit of action brings a joint alone to that speed, s.
    private const double RiseTime = 0.1;

    // Steps of a roll-out, and their durations, s: a slow joint needs longer steps to get anywhere.
    private const int Horizon = 45;
    private const double ShortestStep = 0.05;
    private const double LongestStep = 0.15;
    private const double Rounding = 0.005;

    private readonly RobotModel _robot;
    private readonly RobotJoint[] _joints;
    private readonly double[] _lower; // of the poses looked at
    private readonly double[] _upper;

    public RobotSettings(RobotModel robot)
    {
        _robot = robot;
        _joints = [.. robot.MovableJoints];
        if (_joints.Length == 0)
        {
            throw new InvalidInputException($"robot '{robot.Name}'", "it has no movable joint", "Give it a revolute, continuous or prismatic joint");
        }

        // Without limits one turn, or a metre to either side.
        _lower = [.. _joints.Select(joint => Math.Max(joint.LowerLimit, joint.Type == JointType.Prismatic ? -1 : -Math.PI))];
        _upper = [.. _joints.Select(joint => Math.Min(joint.UpperLimit, joint.Type == JointType.Prismatic ? 1 : Math.PI))];
        for (int i = 0; i < _joints.Length; i++)
        {
            (_lower[i], _upper[i]) = _lower[i] <= _upper[i] ? (_lower[i], _upper[i]) : (_joints[i].LowerLimit, _joints[i].UpperLimit);
        }
    }

    public TaskPreset Preset(int goals)
    {
        double[] inertias = MedianInertias(out double[] weights);
        JointSettings[] joints = [.. _joints.Select((joint, i) => Settings(joint, inertias[i]))];
        double timeStep = TimeStep(joints);
        RigidBodyOptions dynamics = new()
        {
            TimeStep = timeStep,
            Substeps = (int)Math.Ceiling((timeStep / ShortestStep) - 1e-9),
            ImplicitDamping = true,
            GravityCompensation = true,
            Actuator = Actuator.SpeedLoop,
            TorqueScale = [.. joints.Select(joint => joint.Torque)],
            SpeedScale = [.. joints.Select(joint => joint.Speed)],
            TorqueLimits = _joints.Any(joint => IsGiven(joint.EffortLimit)),
            VelocityLimits = _joints.Any(joint => IsGiven(joint.VelocityLimit)),
            PositionLimits = _joints.Any(joint => double.IsFinite(joint.LowerLimit) || double.IsFinite(joint.UpperLimit)),
            LimitGradient = LimitGradient.Inward,
        };
        MetaTrainingOptions training = new()
        {
            Iterations = 300,
            Horizon = Horizon,
            PolicyLearningRate = 0.01,
            PoliciesPerGoal = Math.Max(1, Policies / goals),
            StartSpread = 0.3,
            CriticForm = CriticForm.Centred,
            CriticHidden = [256, 256],
        };
        PolicyLearnerOptions fitting = new() { Steps = 200, Optimizer = OptimizerKind.Adam, LearningRate = 0.006, Horizon = 2 * Horizon };
        return new(_robot.Name, _robot, dynamics, training, fitting) { Explanation = new(joints, Remarks(joints, weights)) };
    }

    /// <summary>Whether a limit of the description is a real one: 0 stands for "not given" in many files.</summary>
    private static bool IsGiven(double limit) => limit > 0 && double.IsFinite(limit);

    private static JointSettings Settings(RobotJoint joint, double inertia)
    {
        double usual = joint.Type == JointType.Prismatic ? UsualSlidingSpeed : UsualSpeed;
        bool slow = IsGiven(joint.VelocityLimit) && joint.VelocityLimit < usual;
        double speed = slow ? joint.VelocityLimit : usual;
        double drive = inertia * speed / RiseTime;
        double damping = (joint.Damping * speed) + joint.Friction;
        bool weak = IsGiven(joint.EffortLimit) && joint.EffortLimit < drive + damping;
        return new(
            joint.Name,
            weak ? joint.EffortLimit : drive + damping,
            speed,
            weak ? SettingSource.Limit : damping > drive ? SettingSource.Damping : SettingSource.Inertia,
            slow ? SettingSource.Limit : SettingSource.Usual);
    }

    // Long enough that each joint gets from one end of its range to the other, or through two thirds of a circle and more.
    private double TimeStep(JointSettings[] joints)
    {
        double longest = 0;
        for (int i = 0; i < joints.Length; i++)
        {
            double way = Math.Min(_upper[i] - _lower[i], UsualSpeed * Horizon * ShortestStep);
            longest = Math.Max(longest, way / joints[i].Speed / Horizon);
        }

        double rounded = Math.Ceiling((longest / Rounding) - 1e-9) * Rounding;
        return Math.Clamp(Math.Round(rounded, 3), ShortestStep, LongestStep);
    }

    /// <summary>For each joint the median over poses of 1 / (M⁻¹)ᵢᵢ: what a torque at this joint alone has to move.</summary>
    /// <param name="weights">Receives what holding each joint against gravity takes at most in these poses, N·m or N.</param>
    private double[] MedianInertias(out double[] weights)
    {
        int n = _joints.Length;
        double[][] inertias = [.. Enumerable.Range(0, n).Select(_ => new double[Poses])];
        RigidBodyAlgorithms algorithms = new(_robot);
        double[] rest = new double[n];
        double[] position = new double[n];
        double[] torque = new double[n];
        double[] acceleration = new double[n];
        double[] holding = new double[n];
        weights = new double[n];
        for (int pose = 0; pose < Poses; pose++)
        {
            KeyedRandom random = KeyedRandom.Create(PoseSeed, (ulong)pose);
            for (int i = 0; i < n; i++)
            {
                position[i] = _lower[i] + (random.NextDouble() * (_upper[i] - _lower[i]));
            }

            algorithms.InverseDynamics(position, rest, rest, holding);
            for (int i = 0; i < n; i++)
            {
                weights[i] = Math.Max(weights[i], Math.Abs(holding[i]));
                torque[i] = 1;
                algorithms.Response(position, torque, acceleration);
                torque[i] = 0;
                inertias[i][pose] = 1 / acceleration[i];
            }
        }

        return [.. inertias.Select(of => of.Order().ElementAt(Poses / 2))];
    }

    private string[] Remarks(JointSettings[] joints, double[] weights)
    {
        List<string> remarks = [];
        Add("effort limit", "0 counts as not given", joint => joint.EffortLimit == 0);
        Add("velocity limit", "0 counts as not given", joint => joint.VelocityLimit == 0);
        Add("position limits", "both are 0, as if left out, and hold the joint at 0", joint => joint.LowerLimit == 0 && joint.UpperLimit == 0);
        for (int i = 0; i < joints.Length; i++)
        {
            if (_robot.RestPosition[i] != 0)
            {
                remarks.Add(FormattableString.Invariant(
                    $"joint {_joints[i].Name} starts at {_robot.RestPosition[i]:G3} {(_joints[i].Type == JointType.Prismatic ? "m" : "rad")}, the position nearest to 0 inside its limits"));
            }

            if (IsGiven(_joints[i].EffortLimit) && weights[i] > _joints[i].EffortLimit)
            {
                remarks.Add(FormattableString.Invariant(
                    $"joint {_joints[i].Name}: to hold it against gravity takes up to {weights[i]:G3} {Unit(_joints[i])}, more than the effort limit {_joints[i].EffortLimit:G3}; what compensates gravity is not limited here, a real joint would sink"));
            }

            double damping = (_joints[i].Damping * joints[i].Speed) + _joints[i].Friction;
            if (joints[i].Torque <= damping)
            {
                remarks.Add(FormattableString.Invariant(
                    $"joint {_joints[i].Name}: its {(_joints[i].Friction > 0 ? "damping and friction" : "damping")} alone asks for {damping:G3} {Unit(_joints[i])} at {joints[i].Speed:G3} {(_joints[i].Type == JointType.Prismatic ? "m" : "rad")}/s, more than the effort limit {_joints[i].EffortLimit:G3}: it will be slower"));
            }
        }

        return [.. remarks];

        void Add(string what, string remark, Func<RobotJoint, bool> which)
        {
            string[] names = [.. _joints.Where(which).Select(joint => joint.Name)];
            if (names.Length > 0)
            {
                remarks.Add($"{what} of {(names.Length == _joints.Length ? "all joints" : string.Join(", ", names))}: {remark}");
            }
        }
    }

    private static string Unit(RobotJoint joint) => joint.Type == JointType.Prismatic ? "N" : "N·m";
}
