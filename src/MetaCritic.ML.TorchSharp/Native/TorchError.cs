using System.Runtime.InteropServices;

namespace MetaCritic.ML.TorchSharp.Native;

/// <summary>Errors of torch in the form of ours.</summary>
internal static class TorchError
{
    /// <summary>The first line of a message: torch's own go on with a native stack.</summary>
    public static string FirstLine(Exception e)
    {
        string line = e.Message.AsSpan().Trim().ToString().Split('\n')[0].Trim().TrimEnd('.');
        return line.Length > 0 ? line : e.GetType().Name;
    }

    /// <summary>Runs code of the user's own, or torch on what the user gave; what it throws becomes one clear error.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="place">What ran, for the error.</param>
    /// <param name="remedy">What to do, as a clause without a full stop.</param>
    /// <param name="work">The code.</param>
    /// <exception cref="InvalidInputException">It threw.</exception>
    public static T At<T>(string place, string remedy, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not (MetaCriticException or OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidInputException(place, e is ExternalException ? $"torch reports: {FirstLine(e)}" : $"it threw {e.GetType().Name}: {FirstLine(e)}", remedy, e);
        }
    }
}
