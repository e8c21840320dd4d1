using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MetaCritic;

/// <summary>Checks of options. The name of the option is that of the expression checked.</summary>
internal static class OptionCheck
{
    /// <summary>Most hidden layers of a network.</summary>
    public const int LayerLimit = 16;

    /// <summary>Widest hidden layer.</summary>
    public const int WidthLimit = 65_536;

    /// <summary>Most parameters of a network.</summary>
    public const long ParameterLimit = 1L << 27;

    /// <summary>Most steps of all roll-outs that are computed together.</summary>
    public const int RowLimit = 1 << 30;

    /// <summary>Most weights between the hidden layers of a network.</summary>
    public const long WeightLimit = 1L << 26;

    public static void Integer(int? value, int least, int most, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < least || value > most)
        {
            throw Error(name, value!.Value.ToString(CultureInfo.InvariantCulture), Invariant($"Give a value from {least} to {most}"));
        }
    }

    public static void Positive(double? value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Real(value is not double x || (x > 0 && double.IsFinite(x)), value, "Give a finite number greater than 0", name);

    public static void PositiveOrInfinite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Real(value > 0, value, "Give a number greater than 0, or Infinity for no limit", name);

    public static void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Real(value >= 0 && double.IsFinite(value), value, "Give a finite number, 0 or more", name);

    public static void Fraction(double value, bool zero, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Real((value > 0 || (zero && value == 0)) && value <= 1, value, zero ? "Give a value from 0 to 1" : "Give a value greater than 0, at most 1", name);

    public static void Choice<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw Error(name, value.ToString(), $"Give one of {string.Join(", ", Enum.GetValues<T>().Select(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString())))}");
        }
    }

    public static void Widths(IReadOnlyList<int>? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        bool good = value is { Count: <= LayerLimit };
        long weights = 0;
        for (int i = 0; good && i < value!.Count; i++)
        {
            good = value[i] is >= 1 and <= WidthLimit && (weights += i == 0 ? 0 : (long)value[i] * value[i - 1]) <= WeightLimit;
        }

        if (!good)
        {
            string found = value is null ? "null" : $"[{string.Join(", ", value.Take(LayerLimit + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)))}{(value.Count > LayerLimit + 1 ? ", ..." : "")}]";
            throw Error(name, found, Invariant($"Give at most {LayerLimit} widths from 1 to {WidthLimit} with at most {WeightLimit} weights between them"));
        }
    }

    /// <summary>Checks that a network's parameters can be counted and stored.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="value">Widths of the hidden layers, valid.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="name">Name of the option, an expression.</param>
    public static void Parameters(int inputs, IReadOnlyList<int> value, int outputs, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        long parameters = 0;
        long before = inputs;
        foreach (int width in (int[])[.. value, outputs])
        {
            parameters += (before + 1) * width;
            before = width;
        }

        if (parameters > ParameterLimit)
        {
            throw Error(name[(name.LastIndexOf('.') + 1)..], $"[{string.Join(", ", value)}]", Invariant($"Give widths that make at most {ParameterLimit} parameters with {inputs} inputs and {outputs} outputs"));
        }
    }

    /// <summary>Checks that the rows of all roll-outs together can be counted.</summary>
    /// <param name="rollouts">Number of roll-outs.</param>
    /// <param name="horizon">Steps of each.</param>
    public static void Rows(long rollouts, int horizon)
    {
        if (rollouts > RowLimit / horizon)
        {
            throw Error(nameof(horizon), Invariant($"{horizon}"), Invariant($"{rollouts} roll-outs together may have {RowLimit} steps: give a shorter horizon, or fewer goals or policies"));
        }
    }

    public static void TorqueScale(IReadOnlyList<double>? value, int? joints, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        bool good = value is not null
            && value.All(x => double.IsFinite(x) && x != 0)
            && (value.Count <= 1 || joints is null || value.Count == joints);
        if (!good)
        {
            string found = value is null ? "null" : $"[{string.Join(", ", value.Take(64).Select(x => x.ToString(CultureInfo.InvariantCulture)))}{(value.Count > 64 ? ", ..." : "")}]";
            string each = joints is int n ? Invariant($"one for each of the {n} joints") : "one per joint";
            throw Error(name, found, $"Give nothing for 1, one value for all joints, or {each}, all finite and not 0");
        }
    }

    public static void SpeedScale(IReadOnlyList<double>? value, int? joints, bool needed, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Speeds(value, joints, needed, "Give the speed that one unit of action holds", name);

    /// <summary>Refuses speeds that are not one for all joints or one per joint, or not finite and greater than 0.</summary>
    public static void Speeds(IReadOnlyList<double>? value, int? joints, bool needed, string remedy, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        bool good = value is not null
            && value.All(x => double.IsFinite(x) && x > 0)
            && (value.Count > 0 || !needed)
            && (value.Count <= 1 || joints is null || value.Count == joints);
        if (!good)
        {
            string found = value is null ? "null" : $"[{string.Join(", ", value.Take(64).Select(x => x.ToString(CultureInfo.InvariantCulture)))}{(value.Count > 64 ? ", ..." : "")}]";
            string each = joints is int n ? Invariant($"one for each of the {n} joints") : "one per joint";
            throw Error(name, found, $"{remedy}: one value for all joints, or {each}, all finite and greater than 0");
        }
    }

    /// <summary>What is wrong with an option.</summary>
    /// <param name="name">Name of the option, as the source has it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="remedy">What to give instead, as a clause without a full stop.</param>
    public static InvalidInputException Error(string name, string value, string remedy) =>
        new($"options.{JsonNamingPolicy.CamelCase.ConvertName(name)}", $"value is {value}", remedy);

    private static void Real(bool good, double? value, string remedy, string name)
    {
        if (!good)
        {
            throw Error(name, value!.Value.ToString(CultureInfo.InvariantCulture), remedy);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
