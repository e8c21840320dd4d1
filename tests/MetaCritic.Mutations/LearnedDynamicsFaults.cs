namespace MetaCritic.Mutations;

/// <summary>Faults in learned dynamics, and in what they are learned from.</summary>
internal static class LearnedDynamicsFaults
{
    private const string Learned = "src/MetaCritic/Dynamics/Learned/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Recorded search for saturated drives ends after one pass",
            "src/MetaCritic/Dynamics/RigidBody/StepKernel.Recording.cs",
            "recorder.BeginLoop(n + 1,",
            "recorder.BeginLoop(1,",
            "An exported robot would have drives without torque limits.",
            "RecordedStepTests"),
        new(
            "Recorded product of a negated number loses its sign",
            "src/MetaCritic/Dynamics/Recording/Recorder.cs",
            "_ when Negated(x) is { } other => Negate(Multiply(other, y)),",
            "_ when Negated(x) is { } other => Multiply(other, y),",
            "An exported robot would move otherwise.",
            "RecordedStepTests"),
        new(
            "Exported corrections move the positions as much as the velocities",
            "src/MetaCritic/Export/DynamicsExport.cs",
            "component < velocities ? h : 1)",
            "1)",
            "Positions take the correction of the velocity for a control step only.",
            "PriorTests"),
        new(
            "Exported loop ends when the first row of the batch is done",
            "src/MetaCritic/Export/OnnxProgram.cs",
            "Add(\"ReduceSum\", goesOn + \"_rows\", [Name(condition)], (\"keepdims\", 0));",
            "Add(\"ReduceMin\", goesOn + \"_rows\", [Name(condition)], (\"keepdims\", 0));",
            "Results of a row would depend on the rows beside it.",
            "PriorTests"),
        new(
            "Derivative of an angle's cosine with the wrong sign",
            Learned + "DynamicsFeatures.cs",
            "(cos * cotangent[at]) - (sin * cotangent[at + 1]);",
            "(cos * cotangent[at]) + (sin * cotangent[at + 1]);",
            "A sign in the step's derivative: critics trained through angles would be wrong.",
            "LearnedDynamicsTests"),
        new(
            "Learned positions follow the prior's velocities twice",
            Learned + "LearnedDynamics.cs",
            "positions[k] += h * (Prior is null ? velocities[k] : change[k]);",
            "positions[k] += h * velocities[k];",
            "A prior has moved the positions already.",
            "LearnedDynamicsTests"),
        new(
            "Derivative without the learned velocity's part in the position",
            Learned + "LearnedDynamics.cs",
            "stateCotangents[change.Length + k] += h * positions[k];",
            "stateCotangents[change.Length + k] += 0 * positions[k];",
            "A missing term of the step's derivative.",
            "LearnedDynamicsTests"),
        new(
            "Disagreement in other units than its limit",
            Learned + "LearnedDynamics.cs",
            "disagreements[lane] /= HeldOut.Disagreement > 0 ? HeldOut.Disagreement : 1;",
            "disagreements[lane] /= 1;",
            "A limit of 3 would mean another distance from the data for each log.",
            "LearnedDynamicsTests"),
        new(
            "Scales of the networks not roots",
            Learned + "Normalization.cs",
            "double deviation = Math.Sqrt(squares / rows.Length);",
            "double deviation = squares / rows.Length;",
            "Components of different units would be learned unevenly.",
            "DynamicsLearnerTests"),
        new(
            "Rows held out count in the scales",
            Learned + "DynamicsLearner.cs",
            "Normalization input = Normalization.Of(x, features.Count, training, constant: 1);",
            "Normalization input = Normalization.Of(x, features.Count, [.. training, .. heldOut], constant: 1);",
            "What is held out would not be held out.",
            "DynamicsLearnerTests"),
        new(
            "Rows of one episode on both sides",
            Learned + "DynamicsLearner.cs",
            ".GroupBy(row => episodes[row])",
            ".GroupBy(row => row)",
            "Errors on rows held out would look better than they are.",
            "DynamicsLearnerTests"),
        new(
            "The last network, not the best",
            Learned + "EnsembleMember.cs",
            "        return best;",
            "        _layout.Export(_parameters.Pointer, best.AsSpan());\n        return best;",
            "Early stopping would return what it stopped because of.",
            "DynamicsLearnerTests"),
        new(
            "Noise on actions fades away",
            "src/MetaCritic/Learning/TransitionCollector.cs",
            "(Math.Sqrt(1 - (_memory * _memory)) * _random.NextNormal())",
            "((1 - (_memory * _memory)) * _random.NextNormal())",
            "Logs would explore less than the amplitude says.",
            "TransitionCollectorTests"),
        new(
            "Collected transitions forgotten",
            "src/MetaCritic/Learning/RoundLog.cs",
            "All = All.Append(collected);",
            "_ = All.Append(collected);",
            "Rounds would refine nothing.",
            "ModelLearningTrainerTests"),
        new(
            "What an interrupted training collected counts twice",
            "src/MetaCritic/Learning/RoundLog.cs",
            "All = _given; // not what an earlier call collected that was cut off",
            "_ = _given;",
            "The same trainer, begun again, would learn other dynamics.",
            "LearningCancellationTests"),
        new(
            "Distrust begins at the last step beyond the limit",
            "src/MetaCritic/Learning/TrajectoryEnds.cs",
            "for (int t = rollouts.Horizon - 1; t >= 0; t--)\n        {\n            _trustRegion",
            "for (int t = 0; t < rollouts.Horizon; t++)\n        {\n            _trustRegion",
            "Trajectories would count beyond where the dynamics are known.",
            "MetaGradientTests"),
        new(
            "Means and scales of saved dynamics exchanged",
            "src/MetaCritic/Dynamics/Learned/LearnedDynamicsData.cs",
            "return new(values[..width], values[width..]);",
            "return new(values[width..], values[..width]);",
            "Saved dynamics would predict something else.",
            "LearnedDynamicsTests"),
        new(
            "Saved transitions that are no numbers",
            Learned + "TransitionsData.cs",
            "Consistency.Require(values.All(double.IsFinite), path,",
            "Consistency.Require(true, path,",
            "A damaged file would be blamed on the user's table.",
            "DamagedFileTests"),
    ];
}
