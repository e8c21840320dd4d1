using System.Globalization;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.Learning;

/// <summary>A value that is not finite, before it has a goal's number and a joint's name.</summary>
/// <param name="Place">Where it was found.</param>
/// <param name="InnerStep">At or before which inner step of a meta-iteration, from 0; −1 after all of them, and in policy fitting.</param>
/// <param name="Time">At which step of the roll-out.</param>
/// <param name="Component">Component of the state for a roll-out and a task loss, else of the action.</param>
/// <param name="Value">The value; if it is finite, the largest part of a sum or norm that is not.</param>
/// <param name="OfCritic">Whether it is the gradient of the critic, not that of a policy.</param>
internal readonly record struct Fault(DivergencePlace Place, int InnerStep, int Time, int Component, double Value, bool OfCritic = false)
{
    /// <summary>What is counted in meta-training.</summary>
    public const string MetaIteration = "meta-iteration";

    /// <summary>What is counted in policy fitting.</summary>
    public const string PolicyUpdate = "policy update";

    /// <summary>Says it in words.</summary>
    /// <param name="iteration">Number of the meta-iteration or policy update, from 0.</param>
    /// <param name="what">What is counted by it: <see cref="MetaIteration"/> or <see cref="PolicyUpdate"/>.</param>
    /// <param name="goal">Row of the goal, or index of the task, from 0.</param>
    /// <param name="values">The goal.</param>
    /// <param name="inputs">Sizes of the system.</param>
    /// <param name="robot">The robot, if there is one.</param>
    public Divergence Describe(int iteration, string what, int goal, ReadOnlySpan<double> values, NetworkInputs inputs, RobotModel? robot)
    {
        bool ofState = Place == DivergencePlace.RollOut || (Place == DivergencePlace.Loss && InnerStep < 0);
        bool joints = inputs.StateSize == 2 * inputs.PositionSize && inputs.ActionSize == inputs.PositionSize;
        int joint = joints ? Component % inputs.PositionSize : -1;
        string name = robot is not null && joints ? $"joint \"{robot.MovableJoints[joint].Name}\""
            : joints ? Invariant($"joint {joint + 1}")
            : Invariant($"component {Component + 1} of the {(ofState ? "state" : "action")}");
        string part = !joints ? "value" : Component < inputs.PositionSize ? "position" : "velocity";
        string value = Value.ToString("G4", CultureInfo.InvariantCulture);
        string found = (Place, InnerStep) switch
        {
            (DivergencePlace.RollOut, < 0) => Invariant($"the {part} at step {Time} of the roll-out is {value}"),
            (DivergencePlace.RollOut, _) => Invariant($"the {part} at step {Time} of the roll-out before inner step {InnerStep + 1} is {value}"),
            (DivergencePlace.Loss, < 0) => Invariant($"the task loss is not finite; the largest part is that of the {part} at step {Time}, {value}"),
            (DivergencePlace.Loss, _) => Invariant($"the critic's loss at inner step {InnerStep + 1} is not finite; its largest gradient is that at step {Time}, {value}"),
            _ when OfCritic => Invariant($"the critic's gradient is not finite; the action's tangent at step {Time} is {value}"),
            (_, < 0) => Invariant($"the gradient of the {(what == PolicyUpdate ? "policy update" : "task loss")} is not finite; at step {Time} it is {value}"),
            _ => Invariant($"the gradient of inner step {InnerStep + 1} is not finite; at step {Time} it is {value}"),
        };
        string list = string.Join(", ", values.ToArray().Select(x => x.ToString("G4", CultureInfo.InvariantCulture)));
        return new(iteration, goal, joint, Place, Invariant($"{what} {iteration + 1}, goal {goal + 1} [{list}], {name}: {found}"));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
