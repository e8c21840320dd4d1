using System.Globalization;
using MetaCritic.Cli.Output;

namespace MetaCritic.Paper.Plots;

/// <summary>One direction of a plot: what it is called, how far it goes, and where its ticks stand.</summary>
internal sealed record Scale(string Label)
{
    // Powers of ten that are written as numbers; an axis that goes beyond has powers throughout.
    private const int LeastPlainDecade = -3;
    private const int GreatestPlainDecade = 4;

    /// <summary>Logarithmic; values of 0 or less are then not shown.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>First value; null for the least of the marks.</summary>
    public double? From { get; init; }

    /// <summary>Last value; null for the greatest of the marks.</summary>
    public double? To { get; init; }

    /// <summary>Names of the places 0, 1, 2 ... instead of numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Leave no room beyond the marks.</summary>
    public bool Tight { get; init; }

    /// <summary>Whether the scale can show a value.</summary>
    public bool Shows(double value) => double.IsFinite(value) && (!Logarithmic || value > 0);

    /// <summary>The scale with both ends fixed, from the values that must be seen.</summary>
    public Scale Fit(IEnumerable<double> values)
    {
        double[] seen = [.. values.Where(Shows)];
        if (Names is not null)
        {
            return this with { From = From ?? -0.5, To = To ?? Names.Count - 0.5 };
        }

        double low = From ?? (seen.Length > 0 ? seen.Min() : Logarithmic ? 0.1 : 0);
        double high = To ?? (seen.Length > 0 ? seen.Max() : 1);
        if (!(low < high))
        {
            (low, high) = Logarithmic ? (low / 2, low * 2) : (low - 0.5, low + 0.5);
        }
        else if (!Tight)
        {
            double room = Logarithmic ? Math.Pow(high / low, 0.04) : 0.04 * (high - low);
            low = From ?? (Logarithmic ? low / room : low >= 0 && low - room < 0 ? 0 : low - room);
            high = To ?? (Logarithmic ? high * room : high + room);
        }

        return this with { From = low, To = high };
    }

    /// <summary>Where a value stands: 0 at the first, 1 at the last. The ends must be fixed.</summary>
    public double Place(double value) => Logarithmic
        ? Math.Log(value / From!.Value) / Math.Log(To!.Value / From.Value)
        : (value - From!.Value) / (To!.Value - From.Value);

    /// <summary>Ticks with their texts; the ends must be fixed.</summary>
    /// <param name="count">About how many there is room for.</param>
    public IReadOnlyList<(double Value, string Text)> Ticks(int count) =>
        Names is not null ? [.. Names.Select((name, i) => ((double)i, name))] : Logarithmic ? LogarithmicTicks(count) : LinearTicks(count);

    private List<(double Value, string Text)> LinearTicks(int count)
    {
        double rough = (To!.Value - From!.Value) / Math.Max(1, count);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 });
        int decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        double largest = Math.Max(Math.Abs(From.Value), Math.Abs(To.Value));
        string format = largest is >= 1e5 or < 1e-4 ? "0.##e0" : "F" + decimals.ToString(CultureInfo.InvariantCulture);
        List<(double, string)> ticks = [];
        for (double i = Math.Ceiling((From.Value / step) - 1e-9); i * step <= To.Value + (1e-9 * step); i++)
        {
            double value = i == 0 ? 0 : i * step;
            ticks.Add((value, Signed(value.ToString(format, CultureInfo.InvariantCulture))));
        }

        return ticks;
    }

    private List<(double Value, string Text)> LogarithmicTicks(int count)
    {
        int first = (int)Math.Ceiling(Math.Log10(From!.Value) - 1e-9);
        int last = (int)Math.Floor(Math.Log10(To!.Value) + 1e-9);
        if (last - first >= 2)
        {
            int every = Math.Max(1, (last - first + count) / Math.Max(1, count));
            bool powers = first < LeastPlainDecade || last > GreatestPlainDecade;
            return [.. Enumerable.Range(0, ((last - first) / every) + 1).Select(i => first + (i * every)).Select(e => (Math.Pow(10, e), Decade(e, powers)))];
        }

        // Less than two decades: 1, 2 and 5 of each, or 1 and 3 where that would be many.
        ReadOnlySpan<int> digits = To.Value / From.Value > 30 ? [1, 3] : [1, 2, 5];
        bool power = From.Value < Math.Pow(10, LeastPlainDecade) || To.Value >= Math.Pow(10, GreatestPlainDecade + 1);
        List<(double, string)> ticks = [];
        for (int e = first - 1; e <= last; e++)
        {
            foreach (int digit in digits)
            {
                double value = digit * Math.Pow(10, e);
                if (value >= From.Value * (1 - 1e-9) && value <= To.Value * (1 + 1e-9))
                {
                    ticks.Add((value, !power ? value.ToString("G6", CultureInfo.InvariantCulture) : digit == 1 ? Decade(e, power) : $"{Format.Count(digit)}·{Decade(e, power)}"));
                }
            }
        }

        return ticks;
    }

    private static string Decade(int exponent, bool power)
    {
        if (!power)
        {
            return Math.Pow(10, exponent).ToString("0.###", CultureInfo.InvariantCulture);
        }

        const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        return "10" + string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']));
    }

    private static string Signed(string number) => number.Replace('-', '−');
}
