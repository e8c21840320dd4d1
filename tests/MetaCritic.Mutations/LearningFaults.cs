namespace MetaCritic.Mutations;

/// <summary>Faults in meta-training, policy fitting, baselines and statistics.</summary>
internal static class LearningFaults
{
    private const string Learning = "src/MetaCritic/Learning/";
    private const string Baselines = "src/MetaCritic/Baselines/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Gradient of the task loss without its factor 2",
            "src/MetaCritic/Tasks/TaskLoss.cs",
            "cotangent[(long)i * stride] += 2 * weight * difference;",
            "cotangent[(long)i * stride] += weight * difference;",
            "A missing factor.",
            "MetaGradientReferenceTests"),
        new(
            "Task loss over one state too many",
            "src/MetaCritic/Tasks/TaskLoss.cs",
            "_weights.AsSpan(horizon + 1 - window).Fill(1.0 / window);",
            "_weights.AsSpan(horizon - window).Fill(1.0 / window);",
            "An off-by-one at the horizon.",
            "MetaGradientReferenceTests"),
        new(
            "Final error summed, not averaged",
            "src/MetaCritic/Tasks/TaskLoss.cs",
            "return sum / goal.Length;",
            "return sum;",
            "Errors of arms with many joints would look larger.",
            "FitCommandTests"),
        new(
            "Goal added instead of subtracted",
            "src/MetaCritic/Models/NetworkInputs.cs",
            "value -= goal[i];",
            "value += goal[i];",
            "A sign at the critic's input.",
            "NetworkInputsTests"),
        new(
            "Scales of positions and velocities exchanged",
            "src/MetaCritic/Models/NetworkInputs.cs",
            "component < PositionSize ? PositionScale : VelocityScale;",
            "component < PositionSize ? VelocityScale : PositionScale;",
            "Transposed figures at the networks' inputs.",
            "NetworkInputsTests"),
        new(
            "Action gradient without the scale of actions",
            Learning + "InnerLoop.cs",
            "target[i] = Element<T>.From(_inputs.ActionScale * Element<T>.ToDouble(source[i]));",
            "target[i] = source[i];",
            "A missing factor of the chain rule in Eq. (7).",
            "MetaGradientTests"),
        new(
            "Policies climb the critic",
            Learning + "InnerLoop.cs",
            "VectorLoops<T>.AddScaled(-alpha, gradient, updated, policy.Length); // Eq. (3)",
            "VectorLoops<T>.AddScaled(alpha, gradient, updated, policy.Length); // Eq. (3)",
            "A sign in Eq. (3).",
            "MetaGradientReferenceTests"),
        new(
            "Meta-gradient with the wrong sign",
            Learning + "MetaGradient.cs",
            "VectorLoops<T>.Scale(-_alpha, PolicyGradient(b), u, length);",
            "VectorLoops<T>.Scale(_alpha, PolicyGradient(b), u, length);",
            "A sign in Eq. (6).",
            "MetaGradientReferenceTests"),
        new(
            "Task gradient clipped upside down",
            Learning + "MetaGradient.cs",
            "double factor = clip > 0 && norm > clip ? clip / norm : 1;",
            "double factor = clip > 0 && norm > clip ? norm / clip : 1;",
            "A wrong clip: large gradients grow.",
            "MetaGradientTests"),
        new(
            "Back-propagation past the policy",
            Learning + "MetaGradient.cs",
            "state[i * lanes] += _inputs.PolicyScale(i) * Element<T>.ToDouble(input[i]);",
            "state[i * lanes] += 0;",
            "A missing term: states act on later actions.",
            "MetaGradientReferenceTests"),
        new(
            "Critic's gradient always scaled to the clip",
            Learning + "MetaTrainer.cs",
            "double scale = clip > 0 && norm > clip ? clip / norm : 1;",
            "double scale = clip > 0 ? clip / norm : 1;",
            "A wrong clip: small gradients grow.",
            "MetaTrainerTests"),
        new(
            "Learning rate halves at half time",
            "src/MetaCritic/Tasks/MetaTrainingOptions.cs",
            "Math.Max(end, 2 * (1 - done))",
            "Math.Max(end, 1 - done)",
            "A missing factor 2 in the schedule.",
            "MetaTrainerTests"),
        new(
            "Policies drawn anew are the old ones",
            Learning + "PolicyPool.cs",
            "KeyedRandom random = KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p, (ulong)iteration);",
            "KeyedRandom random = KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p);",
            "A key left out: training would see the same policies for ever.",
            "MetaTrainerTests"),
        new(
            "All policies alike",
            Learning + "PolicyPool.cs",
            "KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)p, (ulong)iteration);",
            "KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)iteration);",
            "A key left out: every policy would have the same drawn robot and start.",
            "MetaTrainerTests"),
        new(
            "Resumed with the first robots",
            Learning + "PolicyPool.cs",
            "DrawSystem(p, state.Births[p]);",
            "DrawSystem(p, 0);",
            "A resumed training would differ from an undisturbed one.",
            "MetaTrainerTests"),
        new(
            "Resumed with Adam at its first step",
            Learning + "TrainingState.cs",
            "        state.Optimizer.Steps = steps;\n",
            "",
            "The same, for the optimiser.",
            "MetaTrainerTests"),
        new(
            "Policies live one step longer",
            Learning + "PolicyPool.cs",
            "state.Ages[p] >= _options.PolicyLifetime",
            "state.Ages[p] > _options.PolicyLifetime",
            "An off-by-one in the age of policies.",
            "MetaTrainerTests"),
        new(
            "Fitted policies do not depend on the seed",
            Learning + "PolicyLearner.cs",
            "KeyedRandom.Create(task.Seed, (ulong)task.PolicyIndex, ",
            "KeyedRandom.Create((ulong)task.PolicyIndex, ",
            "A key left out.",
            "PolicyLearnerTests"),
        new(
            "One policy update too few",
            Learning + "PolicyLearner.cs",
            "if (step == options.Steps || diverged || converged)",
            "if (step == options.Steps - 1 || diverged || converged)",
            "An off-by-one.",
            "PolicyLearnerTests"),
        new(
            "NaN passes for a state",
            Learning + "PolicyRollouts.cs",
            "bad = !(Math.Abs(states[(i * lanes) + lane]) <= DivergenceLimit); // false for NaN too",
            "bad = Math.Abs(states[(i * lanes) + lane]) > DivergenceLimit;",
            "A diverged roll-out would count.",
            "PolicyLearnerTests MetaGradientTests"),
        new(
            "Temporal-difference target without discount",
            Baselines + "CriticUpdate.cs",
            "double y = batch.Cost(i) + (_gamma * _target.Estimate(i));",
            "double y = batch.Cost(i) + _target.Estimate(i);",
            "A missing factor: the baselines would be weaker than they are.",
            "UpdateGradientTests"),
        new(
            "Gradient of the temporal-difference error without its factor 2",
            Baselines + "CriticUpdate.cs",
            "Element<T>.From(2 * difference / batch.Count);",
            "Element<T>.From(difference / batch.Count);",
            "A missing factor.",
            "UpdateGradientTests"),
        new(
            "Replay buffer keeps its oldest rows",
            Baselines + "ReplayBuffer.cs",
            "_next = (_next + 1) % Capacity;",
            "_next = Math.Min(_next + 1, Capacity - 1);",
            "A full buffer would learn from the beginning for ever.",
            "ReplayBufferTests"),
        new(
            "Diverged policies left out of the success rate",
            "src/MetaCritic/Analysis/ErrorSummary.cs",
            "(double)given.Count(e => e <= tolerance) / errors.Count,",
            "(double)given.Count(e => e <= tolerance) / given.Length,",
            "Results would look better than they are.",
            "ErrorSummaryTests"),
        new(
            "Another definition of percentiles",
            "src/MetaCritic/Analysis/ErrorSummary.cs",
            "QuantileDefinition.R7);",
            "QuantileDefinition.R6);",
            "Published figures would change.",
            "ErrorSummaryTests"),
    ];
}
