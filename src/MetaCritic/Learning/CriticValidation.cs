using MetaCritic.Dynamics;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// Tries a critic: fits fresh policies for given goals and looks where they end. That is what counts, unlike the errors of a training's
/// pool, some of whose policies have just been drawn.
/// </summary>
public static class CriticValidation
{
    /// <summary>Fits fresh policies on the critic's own robot, or in its learned dynamics.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="goals">The goals, with start states and parameters of the robot as in training; weights have no effect.</param>
    /// <param name="policiesPerGoal">Policies for each goal; 1 or more.</param>
    /// <param name="fitting">Settings of the fits; null for those that the critic carries, or else the defaults.</param>
    /// <param name="seed">Seed of the policies.</param>
    /// <param name="progress">Is told of progress after each policy update.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>The errors before and after fitting.</returns>
    /// <exception cref="InvalidInputException">The goals do not fit the critic, an option is out of its range, or the critic has neither robot nor learned dynamics.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="policiesPerGoal"/> is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ValidationResult Run(
        CriticModel critic,
        TrainingGoals goals,
        int policiesPerGoal = 1,
        PolicyLearnerOptions? fitting = null,
        ulong seed = 0,
        IProgress<FittingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using PolicyLearner learner = new(critic, fitting);
        return ValidationResult.Of(learner.Fit(Tasks(critic, goals, policiesPerGoal, seed), progress, cancellationToken));
    }

    /// <summary>Fits fresh policies in environments of the caller's.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="goals">The goals, with start states; weights and parameters have no effect.</param>
    /// <param name="environments">Makes the environment for a block of tasks: copy i is for the block's task i.</param>
    /// <param name="policiesPerGoal">Policies for each goal; 1 or more.</param>
    /// <param name="fitting">Settings of the fits; null for those that the critic carries, or else the defaults.</param>
    /// <param name="seed">Seed of the policies.</param>
    /// <param name="cancellationToken">Ends the work between two policy updates.</param>
    /// <returns>The errors before and after fitting.</returns>
    /// <exception cref="InvalidInputException">The goals or an environment do not fit the critic, or an option is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="policiesPerGoal"/> is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ValidationResult Run(
        CriticModel critic,
        TrainingGoals goals,
        Func<IReadOnlyList<FittingTask>, IEnvironment> environments,
        int policiesPerGoal = 1,
        PolicyLearnerOptions? fitting = null,
        ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        using PolicyLearner learner = new(critic, fitting);
        return ValidationResult.Of(learner.Fit(Tasks(critic, goals, policiesPerGoal, seed), environments, cancellationToken: cancellationToken));
    }

    /// <summary>The fits that are made: a task for each policy of each goal.</summary>
    internal static FittingTask[] Tasks(CriticModel critic, TrainingGoals goals, int policiesPerGoal, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentOutOfRangeException.ThrowIfLessThan(policiesPerGoal, 1);
        goals.Validate("The validation goals", critic.StateSize, critic.PositionSize);
        RobotModel[]? robots = critic.Robot is { } robot && goals.ParameterNames.Count > 0 ? goals.Robots(robot) : null;
        return
        [
            .. from row in Enumerable.Range(0, goals.Goals.Count)
               from policy in Enumerable.Range(0, policiesPerGoal)
               select new FittingTask { Goal = goals.Goals[row], StartState = goals.StartStates?[row], Robot = robots?[row], Seed = seed, PolicyIndex = policy },
        ];
    }
}
