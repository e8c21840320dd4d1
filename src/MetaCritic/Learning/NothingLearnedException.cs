namespace MetaCritic.Learning;

/// <summary>A training ended in good order, but the critic is worth nothing: <see cref="TrainingOutcome"/> says how that was found.</summary>
public sealed class NothingLearnedException : MetaCriticException
{
    /// <summary>Creates an error without a message.</summary>
    public NothingLearnedException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    public NothingLearnedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error with its cause.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public NothingLearnedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="outcome">What the training came to.</param>
    /// <param name="advice">What helps, as a sentence with a full stop.</param>
    public NothingLearnedException(TrainingOutcome outcome, string advice)
        : base($"{outcome?.Describe()}. {advice}") => Outcome = outcome;

    /// <summary>What the training came to; null if the message alone says it.</summary>
    public TrainingOutcome? Outcome { get; }
}
