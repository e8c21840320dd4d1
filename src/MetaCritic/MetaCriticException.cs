namespace MetaCritic;

/// <summary>Base of the errors that this library reports on purpose.</summary>
public class MetaCriticException : Exception
{
    /// <summary>Creates an error without a message.</summary>
    public MetaCriticException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    public MetaCriticException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error with its cause.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public MetaCriticException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
