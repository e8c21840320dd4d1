using System.Globalization;
using MetaCritic.Robots;

namespace MetaCritic.Tables;

/// <summary>A robot with parameters that differ from row to row: mostly the same object for the same values.</summary>
/// <param name="robot">The robot.</param>
/// <param name="parameters">Names of the parameters.</param>
internal sealed class RobotVariants(RobotModel robot, IReadOnlyList<string> parameters)
{
    // Most robots that are kept to be used again.
    private const int Limit = 1_000;

    private readonly Dictionary<string, RobotModel> _made = [];

    /// <summary>The robot with these values.</summary>
    /// <param name="values">A value for each of the parameters.</param>
    /// <param name="placeOf">How an error calls the place of a parameter, by its index.</param>
    /// <exception cref="InvalidInputException">A value is out of the parameter's range.</exception>
    public RobotModel Of(double[] values, Func<int, string> placeOf)
    {
        string key = string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        if (_made.TryGetValue(key, out RobotModel? made))
        {
            return made;
        }

        made = robot;
        for (int i = 0; i < values.Length; i++)
        {
            (RobotModel before, int which) = (made, i);
            made = InvalidInputException.At(placeOf(i), () => before.With(parameters[which], values[which]));
        }

        if (_made.Count == Limit)
        {
            _made.Clear();
        }

        _made.Add(key, made);
        return made;
    }
}
