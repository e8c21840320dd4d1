using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML;

/// <content>Settings.</content>
public sealed partial class CriticTrainer
{
    /// <summary>Settings of meta-training, for every trainer that begins with it. They are checked once, when the trainer is made.</summary>
    public abstract class OptionsBase
    {
        private protected OptionsBase()
        {
        }

        /// <summary>The robot, whose movable joints the goals are for. Default that of <see cref="Preset"/>; any robot, or <see cref="LearnedDynamics"/> in its place.</summary>
        public RobotModel? Robot { get => field ?? Preset?.Robot; init; }

        /// <summary>
        /// Settings of everything, fits included, such as those that <see cref="TaskPreset.For"/> works out; null for the preset of a
        /// built-in robot, or what <see cref="TaskPreset.For"/> works out for another. <see cref="Dynamics"/> and <see cref="Training"/>
        /// replace parts of it. Default null; one for a robot with as many joints.
        /// </summary>
        public TaskPreset? Preset { get; init; }

        /// <summary>Learned dynamics to be meta-trained through in place of a robot. Default null; those of a <see cref="DynamicsTransformer"/>.</summary>
        public LearnedDynamics? LearnedDynamics { get; init; }

        /// <summary>Vector column of the goals. Default "Goal"; any name.</summary>
        public string GoalColumnName { get; init; } = "Goal";

        /// <summary>Scalar columns of the goals, one per joint, in place of <see cref="GoalColumnName"/>. Default none; none or one per joint.</summary>
        public IReadOnlyList<string> GoalColumns { get; init; } = [];

        /// <summary>Vector column of start states, in training and where policies are fitted; null for rest at position 0. Default null; any name.</summary>
        public string? StartStateColumnName { get; init; }

        /// <summary>Columns with parameters of the robot: column → parameter, such as "iiwa_link_7.mass". Default none; names of <see cref="RobotModel.Parameters"/>.</summary>
        public Dictionary<string, string> DynamicsColumns { get; init; } = [];

        /// <summary>Column of the goals' weights; null for equal weights. Default null; any name.</summary>
        public string? ExampleWeightColumnName { get; init; }

        /// <summary>How the robot's dynamics are stepped; null for those of <see cref="Preset"/>. Default null; ranges at <see cref="RigidBodyOptions"/>.</summary>
        public RigidBodyOptions? Dynamics { get; init; }

        /// <summary>Settings of meta-training; null for those of <see cref="Preset"/>. Default null; ranges at <see cref="MetaTrainingOptions"/>.</summary>
        public MetaTrainingOptions? Training { get; init; }

        /// <summary>Number of meta-iterations; null for that of <see cref="Training"/>. Default null; 1 to 10,000,000.</summary>
        public int? NumberOfIterations { get; init; }

        /// <summary>Seed of everything random; null for that of <see cref="Training"/>. Default null; any number.</summary>
        public ulong? Seed { get; init; }

        /// <summary>A table of other goals, with the same columns, on which the critic is tried every <see cref="MetaTrainingOptions.ValidationInterval"/> meta-iterations; the one that does best is kept. Default null.</summary>
        public IDataView? ValidationSet { get; init; }

        /// <summary>Whether more than half of the goals may lie outside the joints' position limits. Default false: they are most likely degrees, not radians.</summary>
        public bool AllowOutside { get; init; }

        /// <summary>Whether a training that has learned nothing gives its critic all the same, with a warning on the channel. Default false: <see cref="NothingLearnedException"/>.</summary>
        public bool AllowNothingLearned { get; init; }

        /// <summary>
        /// Folder for checkpoints of meta-training, created if missing; null for none. Default null; any path. Leave it out in
        /// cross validation: a checkpoint belongs to the goals of one fold.
        /// </summary>
        public string? CheckpointFolder { get; init; }

        /// <summary>Whether to go on from the checkpoint in <see cref="CheckpointFolder"/>, if there is one. Default false.</summary>
        public bool ResumeFromCheckpoint { get; init; }

        /// <summary>Is told of every meta-iteration, on the thread that fits. Default null.</summary>
        public IProgress<MetaTrainingProgress>? Progress { get; init; }

        /// <summary>Ends meta-training within one inner step, and fitting between two policy updates. Default none.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal void Validate()
        {
            Columns().Validate();
            ColumnOptions.OptionalName(StartStateColumnName);
            ColumnOptions.OptionalName(ExampleWeightColumnName);
            ColumnOptions.Names(DynamicsColumns?.Keys, nameof(DynamicsColumns));
            if (LearnedDynamics is not null && (DynamicsColumns!.Count > 0 || Dynamics is not null))
            {
                throw new InvalidInputException(
                    $"options.{(Dynamics is null ? nameof(DynamicsColumns) : nameof(Dynamics))}", "it is for robots, but there are learned dynamics", "Leave it out");
            }

            if (Preset is { } preset && Robot is { } robot && preset.Robot.DegreesOfFreedom != robot.DegreesOfFreedom)
            {
                throw new InvalidInputException(
                    $"options.{nameof(Preset)}",
                    FormattableString.Invariant($"it is for {preset.Robot.DegreesOfFreedom} joints, and the robot \"{robot.Name}\" has {robot.DegreesOfFreedom}"),
                    $"Give {nameof(TaskPreset)}.{nameof(TaskPreset.For)}(robot), or leave it out");
            }

            if (LearnedDynamics is { CanSave: false })
            {
                throw new InvalidInputException($"options.{nameof(LearnedDynamics)}", "their prior is custom code, which no file can hold", "Give dynamics with one robot's RigidBodyDynamics as the prior, or none");
            }

            ColumnOptions.OptionalName(CheckpointFolder);
        }

        // Names of the columns that the critic's transformer reads and adds.
        internal virtual CriticColumns Columns() => Columns(new());

        private protected CriticColumns Columns(Options names) => new(
            names.StateColumnName, names.ActionColumnName, GoalColumnName, ColumnOptions.Names(GoalColumns), names.ScoreColumnName, names.ActionGradientColumnName);
    }

    /// <summary>Settings of the trainer. They are checked once, when the trainer is made.</summary>
    public sealed class Options : OptionsBase
    {
        /// <summary>The transformer's column of the state. Default "State"; any name.</summary>
        public string StateColumnName { get; init; } = "State";

        /// <summary>The transformer's column of the action. Default "Action"; any name.</summary>
        public string ActionColumnName { get; init; } = "Action";

        /// <summary>The transformer's column of the score. Default "Score"; any name.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The transformer's column of the critic's gradient with respect to the action; null for none. Default null; any name.</summary>
        public string? ActionGradientColumnName { get; init; }

        internal override CriticColumns Columns() => Columns(this);
    }
}
