using MetaCritic.Dynamics;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <summary>Prepares the roll-out of each row's policy; there is nothing to fit. Columns: see <see cref="RolloutTransformer"/>.</summary>
public sealed class RolloutEstimator : IEstimator<RolloutTransformer>
{
    private readonly RolloutTransformer _transformer;

    internal RolloutEstimator(MLContext context, CriticTransformer critic, Options options)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _transformer = new(context, options.Function(critic.Model));
    }

    /// <summary>Checks the table's columns.</summary>
    /// <param name="input">A table with the columns that will be needed.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size; the message names it.</exception>
    public RolloutTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.Check(input.Schema);
        return _transformer;
    }

    /// <summary>The promised columns and those of the trajectory.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Promise(inputSchema);

    /// <summary>Settings of roll-outs. They are checked once, when the estimator is made.</summary>
    public sealed class Options
    {
        /// <summary>Vector column of the policies' parameters, as <see cref="PolicyFittingTransformer"/> adds it. Default "Policy"; any name.</summary>
        public string PolicyColumnName { get; init; } = "Policy";

        /// <summary>Vector column of the goals. Default "Goal"; any name.</summary>
        public string GoalColumnName { get; init; } = "Goal";

        /// <summary>Scalar columns of the goals, one per joint, in place of <see cref="GoalColumnName"/>. Default none; none or one per joint.</summary>
        public IReadOnlyList<string> GoalColumns { get; init; } = [];

        /// <summary>Vector column of start states; null for rest at position 0. Default null; any name.</summary>
        public string? StartStateColumnName { get; init; }

        /// <summary>Columns with parameters of the robot: column → parameter, such as "iiwa_link_7.mass". Default none; names of <see cref="RobotModel.Parameters"/>.</summary>
        public Dictionary<string, string> DynamicsColumns { get; init; } = [];

        /// <summary>The robot to run on; null for the one the critic was trained on. Default null.</summary>
        public RobotModel? Robot { get; init; }

        /// <summary>How the robot is stepped; null for the critic's own. Default null; ranges at <see cref="RigidBodyOptions"/>.</summary>
        public RigidBodyOptions? Dynamics { get; init; }

        /// <summary>Control steps; null for the critic's horizon. Default null; 1 to 1,000,000.</summary>
        public int? NumberOfSteps { get; init; }

        /// <summary>Column of the times. Default "TrajectoryTime"; any name.</summary>
        public string TimeColumnName { get; init; } = "TrajectoryTime";

        /// <summary>Column of the joint positions. Default "TrajectoryPositions"; any name.</summary>
        public string PositionsColumnName { get; init; } = "TrajectoryPositions";

        /// <summary>Column of the joint velocities. Default "TrajectoryVelocities"; any name.</summary>
        public string VelocitiesColumnName { get; init; } = "TrajectoryVelocities";

        /// <summary>Column of the joint torques. Default "TrajectoryTorques"; any name.</summary>
        public string TorquesColumnName { get; init; } = "TrajectoryTorques";

        /// <summary>Column of the end effector's positions. Default "TrajectoryEndEffector"; any name.</summary>
        public string EndEffectorColumnName { get; init; } = "TrajectoryEndEffector";

        /// <summary>Column of the errors on the way. Default "TrajectoryErrors"; any name.</summary>
        public string ErrorsColumnName { get; init; } = "TrajectoryErrors";

        internal RolloutFunction Function(CriticModel critic)
        {
            ColumnOptions.Names(DynamicsColumns?.Keys, nameof(DynamicsColumns));
            return new(critic, new(
                PolicyColumnName,
                GoalColumnName,
                ColumnOptions.Names(GoalColumns),
                StartStateColumnName,
                [.. DynamicsColumns!.Select(pair => new[] { pair.Key, pair.Value })],
                [TimeColumnName, PositionsColumnName, VelocitiesColumnName, TorquesColumnName, EndEffectorColumnName, ErrorsColumnName],
                NumberOfSteps ?? critic.Training.Horizon,
                Dynamics,
                Robot));
        }
    }
}
