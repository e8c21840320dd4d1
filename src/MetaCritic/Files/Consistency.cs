namespace MetaCritic.Files;

/// <summary>Checks of what a file or a caller put together: whether its parts go with each other.</summary>
internal static class Consistency
{
    /// <summary>Requires something of what stands at a place.</summary>
    /// <param name="good">Whether it holds.</param>
    /// <param name="place">The file, or what was put together.</param>
    /// <param name="found">What is wrong if it does not hold, as a clause without a full stop.</param>
    /// <exception cref="InvalidInputException">It does not hold.</exception>
    public static void Require(bool good, string place, string found)
    {
        if (!good)
        {
            throw Error(place, found);
        }
    }

    /// <summary>What is wrong at a place.</summary>
    public static InvalidInputException Error(string place, string found) =>
        new(place, found, "It is damaged or was put together wrongly; use one as meta-training or fitting made it");
}
