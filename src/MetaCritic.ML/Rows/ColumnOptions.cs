using System.Runtime.CompilerServices;
using MetaCritic.Robots;

namespace MetaCritic.ML.Rows;

/// <summary>Checks of options that name columns. The name of the option is that of the expression checked.</summary>
internal static class ColumnOptions
{
    /// <summary>How the names of columns begin that saved models need for themselves.</summary>
    public const string ReservedPrefix = "MetaCritic.";

    public static void Name(string? value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new InvalidInputException($"options.{option}", value is null ? "value is null" : "value is empty", "Give the name of a column");
        }

        if (value.StartsWith(ReservedPrefix, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"options.{option}", $"value is \"{value}\"", $"Give a name that does not begin with \"{ReservedPrefix}\": saved models use such columns");
        }
    }

    public static void OptionalName(string? value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value is not null)
        {
            Name(value, option);
        }
    }

    /// <summary>Names of columns, each once.</summary>
    public static string[] Names(IEnumerable<string>? values, [CallerArgumentExpression(nameof(values))] string option = "")
    {
        if (values is null)
        {
            throw new InvalidInputException($"options.{option}", "value is null", "Give names of columns, or none");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string name in values)
        {
            Name(name, option);
            if (!seen.Add(name))
            {
                throw new InvalidInputException($"options.{option}", $"the column \"{name}\" is named twice", "Name each column once");
            }
        }

        return [.. values];
    }

    /// <summary>Columns of the robot's parameters, one number each.</summary>
    /// <exception cref="InvalidInputException">The robot has no such parameter.</exception>
    public static NumberColumns[] Parameters(IEnumerable<KeyValuePair<string, string>> columns, RobotModel? robot, string option = "DynamicsColumns")
    {
        foreach ((string column, string parameter) in columns)
        {
            InvalidInputException.At($"options.{option}[\"{column}\"]", () => robot?.GetParameter(parameter));
        }

        return [.. columns.Select(pair => new NumberColumns(option, [pair.Key], 1, $"the parameter \"{pair.Value}\" is one number"))];
    }

    /// <summary>Output columns of one transformer must not bear the same name.</summary>
    public static void Distinct(params (string Option, string? Name)[] outputs)
    {
        foreach (IGrouping<string, (string Option, string? Name)> same in outputs.Where(output => output.Name is not null).GroupBy(output => output.Name!, StringComparer.Ordinal))
        {
            if (same.Skip(1).Any())
            {
                throw new InvalidInputException(
                    $"options.{same.First().Option}", $"{string.Join(" and ", same.Select(output => output.Option))} are both \"{same.Key}\"", "Give each output column a name of its own");
            }
        }
    }
}
