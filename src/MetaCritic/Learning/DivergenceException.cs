using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>Training stopped because a value was not finite, as <see cref="MetaTrainingOptions.OnDivergence"/> asks for.</summary>
public sealed class DivergenceException : MetaCriticException
{
    /// <summary>Creates an error without a message.</summary>
    public DivergenceException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    public DivergenceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error with its cause.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DivergenceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="divergence">Where the value was found.</param>
    internal DivergenceException(Divergence divergence)
        : base($"{divergence.Message}. Lower policyLearningRate or the torque scale, or set onDivergence to restart or skip.") => Divergence = divergence;

    /// <summary>Where the value was found; null if the message alone says it.</summary>
    public Divergence? Divergence { get; }
}
