namespace MetaCritic.Learning;

/// <summary>Notices, once, that a critic learns nothing: because its gradient has vanished, or because no policy counts.</summary>
internal sealed class VanishedGradient
{
    private int _vanished; // meta-iterations in a row, up to now, with a vanished gradient
    private int _uncounted; // and without a policy that counts
    private bool _said;

    /// <summary>Looks at the next meta-iteration.</summary>
    /// <param name="metrics">What it measured.</param>
    /// <returns>What a user should know; mostly null.</returns>
    public string? Warning(MetaIterationMetrics metrics)
    {
        _vanished = metrics.GradientNorm < MetaTrainer.VanishingGradientNorm ? _vanished + 1 : 0;
        _uncounted = double.IsNaN(metrics.TaskLoss) ? _uncounted + 1 : 0;
        if (_said || Math.Max(_vanished, _uncounted) < MetaTrainer.VanishingGradientIterations)
        {
            return null;
        }

        _said = true;
        int done = metrics.Iteration + 1;
        return _vanished > _uncounted
            ? Invariant($"the meta-gradient has vanished: it was below {MetaTrainer.VanishingGradientNorm} in {_vanished} meta-iterations up to meta-iteration {done}, and the critic learns nothing. Look at taskLoss, policyLearningRate and the torque scale")
            : Invariant($"no policy has counted in {_uncounted} meta-iterations up to meta-iteration {done}, and the critic learns nothing: the settings do not suit the robot. Try those that are worked out from it: --preset auto, or in a program TaskPreset.For");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
