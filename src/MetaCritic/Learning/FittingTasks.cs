using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>Whether tasks and environments go with a critic, and what tasks act on that come without an environment.</summary>
internal static class FittingTasks
{
    /// <summary>Checks goals and start states.</summary>
    /// <exception cref="InvalidInputException">One has a wrong size or is not finite.</exception>
    public static void Validate(IReadOnlyList<FittingTask> tasks, CriticModel critic)
    {
        for (int i = 0; i < tasks.Count; i++)
        {
            Check(i, "goal", tasks[i].Goal, critic.PositionSize);
            if (tasks[i].StartState is { } start)
            {
                Check(i, "start state", start, critic.StateSize);
            }

            IReadOnlyList<int> snapshots = tasks[i].Snapshots;
            for (int k = 0; k < snapshots.Count; k++)
            {
                if (snapshots[k] <= (k == 0 ? -1 : snapshots[k - 1]))
                {
                    throw new InvalidInputException($"Task {i}", FormattableString.Invariant($"its snapshots are after {snapshots[k]} updates in place {k}"), "Give numbers of 0 or more, in rising order");
                }
            }
        }

        static void Check(int index, string what, IReadOnlyList<double> values, int size)
        {
            if (values.Count != size)
            {
                throw new InvalidInputException($"Task {index}", $"its {what} has {values.Count} components", $"The critic needs {size}");
            }

            if (values.FirstOrDefault(value => !double.IsFinite(value), 0) is double bad && bad != 0)
            {
                throw new InvalidInputException($"Task {index}", $"its {what} contains {bad}", "Give finite numbers");
            }
        }
    }

    /// <summary>Checks that an environment has a copy for each task, of the critic's sizes.</summary>
    /// <exception cref="InvalidInputException">It has not.</exception>
    public static void RequireFit(IEnvironment environment, int count, CriticModel critic)
    {
        if (environment.Count != count || environment.StateSize != critic.StateSize || environment.ActionSize != critic.ActionSize)
        {
            throw new InvalidInputException(
                "The environment",
                $"it has {environment.Count} copies with {environment.StateSize} state and {environment.ActionSize} action components",
                $"{count} copies with {critic.StateSize} and {critic.ActionSize} are needed");
        }
    }

    /// <summary>Simulates each task's robot, or the critic's; without any robot, the dynamics that the critic's training learned.</summary>
    /// <exception cref="InvalidInputException">There is neither.</exception>
    public static IEnvironment Simulate(IReadOnlyList<FittingTask> tasks, CriticModel critic)
    {
        IReadOnlyList<double>?[] starts = [.. tasks.Select(task => task.StartState)];
        if (critic.LearnedDynamics is { } learned && tasks.All(task => task.Robot is null))
        {
            return new DynamicsEnvironment(learned, tasks.Count, starts);
        }

        RobotModel[] robots = new RobotModel[tasks.Count];
        for (int i = 0; i < robots.Length; i++)
        {
            robots[i] = tasks[i].Robot ?? critic.Robot ?? throw new InvalidInputException(
                "The critic", "it was trained on custom dynamics and has no robot", "Give each task a robot, or give an environment");
        }

        return new SimulatedRobot(robots, critic.Dynamics ?? critic.LearnedDynamics?.PriorOptions, starts);
    }
}
