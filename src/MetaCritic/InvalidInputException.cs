namespace MetaCritic;

/// <summary>
/// Something handed to the library (an option, a table, a robot description, a model file) is not usable.
/// The message names the place, what was found there, and the remedy.
/// </summary>
public sealed class InvalidInputException : MetaCriticException
{
    /// <summary>Creates an error without a message.</summary>
    public InvalidInputException()
    {
    }

    /// <summary>Creates an error from a complete message.</summary>
    /// <param name="message">Place, finding and remedy.</param>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error from a complete message and a cause.</summary>
    /// <param name="message">Place, finding and remedy.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="place">Where: an option's name; file, line and element; column and row.</param>
    /// <param name="found">What was found there, as a clause without a full stop.</param>
    /// <param name="remedy">What to do, as a clause without a full stop.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public InvalidInputException(string place, string found, string remedy, Exception? innerException = null)
        : base($"{place}: {found}. {remedy}.", innerException!)
    {
        Place = place;
    }

    /// <summary>Where the problem is; empty if the message alone says it.</summary>
    public string Place { get; private init; } = "";

    /// <summary>Several errors as one.</summary>
    internal static InvalidInputException Several(string place, string message, Exception cause) => new(message, cause) { Place = place };

    /// <summary>Does a piece of work of which the place is known: its errors say the place before their own.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="place">Where: a file; a row; an option.</param>
    /// <param name="work">The work.</param>
    /// <returns>What it made.</returns>
    /// <exception cref="InvalidInputException">The work threw one.</exception>
    public static T At<T>(string place, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return work();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{place}: {e.Message}", e) { Place = e.Place.Length > 0 ? $"{place}: {e.Place}" : place };
        }
    }

    /// <summary>Does a check of which the place is known: its errors say the place before their own.</summary>
    /// <param name="place">Where: a file; a row; an option.</param>
    /// <param name="check">The check.</param>
    /// <exception cref="InvalidInputException">The check threw one.</exception>
    public static void At(string place, Action check)
    {
        ArgumentNullException.ThrowIfNull(check);
        _ = At(place, () =>
        {
            check();
            return true;
        });
    }
}
