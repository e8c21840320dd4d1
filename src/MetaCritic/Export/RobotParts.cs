using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Robots;

namespace MetaCritic.Export;

/// <summary>Names, units and usual ranges of states, actions and goals.</summary>
/// <param name="StateSize">Components of a state.</param>
/// <param name="ActionSize">Components of an action.</param>
/// <param name="PositionSize">Leading components of a state that are positions.</param>
/// <param name="Robot">The robot; null if it is not known.</param>
/// <param name="Dynamics">How it is stepped; null if that is not known.</param>
internal sealed record RobotParts(int StateSize, int ActionSize, int PositionSize, RobotModel? Robot, RigidBodyOptions? Dynamics)
{
    private const double Turn = Math.PI; // of a joint without limits, rad or m
    private const double Speed = 2; // of a joint without a limit of its speed, rad/s or m/s

    public ExportedValue State => new("state", [.. Positions(" position"), .. Velocities()]);

    public ExportedValue NextState => AsOutput(State with { Name = "next_state" });

    public ExportedValue Goal => new("goal", [.. Positions(" goal")]);

    /// <summary>An action as an input.</summary>
    public ExportedValue Action => new("action", [.. Enumerable.Range(0, ActionSize).Select(i => new ExportedComponent(JointName(i, "action"), ActionUnit(i), -1, 1))]);

    public ExportedValue Torque => AsOutput(new("torque", [.. Robot!.MovableJoints.Select(joint => new ExportedComponent($"{joint.Name} {(Slides(joint) ? "force" : "torque")}", ForceUnit(joint)))]));

    /// <summary>Torque per unit of action, k, per joint.</summary>
    public double[] TorqueScale => PerJoint(Dynamics!.TorqueScale, 1);

    /// <summary>Speed per unit of action, v, per joint; empty without a speed loop.</summary>
    public double[] SpeedScale => Dynamics!.Actuator == Actuator.SpeedLoop ? PerJoint(Dynamics.SpeedScale, 1) : [];

    /// <summary>Largest torque of a drive per joint; empty if none acts.</summary>
    public double[] TorqueLimits => Dynamics!.TorqueLimits ? [.. Robot!.MovableJoints.Select(joint => joint.EffortLimit > 0 ? joint.EffortLimit : double.PositiveInfinity)] : [];

    /// <summary>A value as something that comes out, for which there is no usual range.</summary>
    public static ExportedValue AsOutput(ExportedValue value) => value with { Components = [.. value.Components.Select(one => one with { Low = double.NaN, High = double.NaN })] };

    /// <summary>What an export says of the robot.</summary>
    public IEnumerable<ExportedFact> Facts()
    {
        if (Robot is null)
        {
            yield break;
        }

        yield return new("robot", Robot.Name);
        yield return new("joints", Robot.MovableJoints.Select(joint => joint.Name).ToArray());
        yield return new("end_effector", Robot.EndEffector);
        if (Dynamics is null)
        {
            yield break;
        }

        yield return new("time_step", Dynamics.TimeStep);
        yield return new("actuator", Dynamics.Actuator == Actuator.SpeedLoop ? "speed_loop" : "torque");
        yield return new("torque_scale", TorqueScale);
        if (SpeedScale.Length > 0)
        {
            yield return new("speed_scale", SpeedScale);
        }

        if (TorqueLimits.Any(double.IsFinite))
        {
            yield return new("torque_limits", TorqueLimits.Select(limit => Math.Min(limit, float.MaxValue)).ToArray());
        }

        yield return new("gravity", Dynamics.GravityCompensation ? "compensated: the controller must add the torques that hold the arm" : "acts");
    }

    private static bool Slides(RobotJoint joint) => joint.Type == JointType.Prismatic;

    private static string ForceUnit(RobotJoint joint) => Slides(joint) ? "N" : "N·m";

    private double[] PerJoint(IReadOnlyList<double> given, double none) =>
        [.. Enumerable.Range(0, ActionSize).Select(i => given.Count == 0 ? none : given[given.Count == 1 ? 0 : i])];

    private string JointName(int index, string what) => Robot is { } robot ? $"{robot.MovableJoints[index].Name} {what}" : string.Create(CultureInfo.InvariantCulture, $"{what}_{index}");

    // What one unit of action is.
    private string ActionUnit(int index)
    {
        if (Robot is null || Dynamics is null)
        {
            return "";
        }

        RobotJoint joint = Robot.MovableJoints[index];
        (double unit, string name) = SpeedScale.Length > 0 ? (SpeedScale[index], Slides(joint) ? "m/s" : "rad/s") : (TorqueScale[index], ForceUnit(joint));
        return unit == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"× {unit:G9} {name}");
    }

    private IEnumerable<ExportedComponent> Positions(string what)
    {
        for (int i = 0; i < PositionSize; i++)
        {
            if (Robot is null)
            {
                yield return new(string.Create(CultureInfo.InvariantCulture, $"{what.Trim()}_{i}"), "", -Turn, Turn);
                continue;
            }

            RobotJoint joint = Robot.MovableJoints[i];
            (double low, double high) = (Math.Max(joint.LowerLimit, -Turn), Math.Min(joint.UpperLimit, Turn));
            yield return new(joint.Name + what, Slides(joint) ? "m" : "rad", low < high ? low : joint.LowerLimit, low < high ? high : joint.UpperLimit);
        }
    }

    private IEnumerable<ExportedComponent> Velocities()
    {
        for (int i = 0; i < StateSize - PositionSize; i++)
        {
            if (Robot is null)
            {
                yield return new(string.Create(CultureInfo.InvariantCulture, $"velocity_{i}"), "", -Speed, Speed);
                continue;
            }

            RobotJoint joint = Robot.MovableJoints[i];
            double most = joint.VelocityLimit > 0 ? Math.Min(joint.VelocityLimit, Speed) : Speed;
            yield return new($"{joint.Name} velocity", Slides(joint) ? "m/s" : "rad/s", -most, most);
        }
    }
}

/// <summary>Something that an export says of its model: a text, a number, texts or numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A string, double, string[] or double[].</param>
internal sealed record ExportedFact(string Name, object Value);
