using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;

namespace MetaCritic.Cli.Plots;

/// <summary>Axes as all figures have them.</summary>
internal static class Axes
{
    // Powers of ten that are written as numbers; an axis that goes beyond has powers throughout.
    private const double LeastPlain = 1e-3;
    private const double GreatestPlain = 1e4;

    private const double ManyDecades = 500;

    /// <summary>A linear axis.</summary>
    /// <param name="title">What it shows, with unit; <c>_{…}</c> is a subscript.</param>
    /// <param name="from">First value; NaN for the least of the data.</param>
    /// <param name="to">Last value; NaN for the greatest of the data.</param>
    /// <param name="padding">Room beyond the data, as a part of their range.</param>
    public static LinearAxis Linear(string title, double from = double.NaN, double to = double.NaN, double padding = 0.04) => Styled(new LinearAxis
    {
        Title = title,
        Minimum = from,
        Maximum = to,
        MinimumPadding = padding,
        MaximumPadding = padding,
        LabelFormatter = Plain,
    });

    /// <summary>A logarithmic axis, with minor ticks.</summary>
    /// <param name="title">What it shows, with unit.</param>
    /// <param name="padding">Room beyond the data, as a part of their range.</param>
    public static LogarithmicAxis Logarithmic(string title, double padding = 0.04)
    {
        LogarithmicAxis axis = Styled(new LogarithmicAxis { Title = title, MinimumPadding = padding, MaximumPadding = padding, PowerPadding = false, IntervalLength = 32 });
        axis.LabelFormatter = value => Power(value, axis.ActualMinimum, axis.ActualMaximum);
        return axis;
    }

    /// <summary>Names at the places 0, 1, 2 ...</summary>
    /// <param name="title">What they name.</param>
    /// <param name="names">The names.</param>
    public static CategoryAxis Names(string title, IEnumerable<string> names)
    {
        CategoryAxis axis = Styled(new CategoryAxis { Title = title });
        axis.Labels.AddRange(names);
        axis.MajorGridlineStyle = LineStyle.None;
        return axis;
    }

    /// <summary>The colours of values from 0 up.</summary>
    /// <param name="title">What the values are, with unit.</param>
    /// <param name="from">The darkest value.</param>
    /// <param name="to">The lightest value.</param>
    public static LinearColorAxis Colours(string title, double from, double to) => Styled(new LinearColorAxis
    {
        Title = title,
        Minimum = from,
        Maximum = to,
        Palette = Palette.Values,
        RenderAsImage = false,
        LabelFormatter = Plain,
    });

    /// <summary>The colours of values on a logarithmic scale; greater ones have a colour of their own.</summary>
    /// <param name="title">What the values are, with unit.</param>
    /// <param name="from">The darkest value; lesser ones have its colour.</param>
    /// <param name="to">The lightest value.</param>
    /// <param name="marksAbove">Whether greater values are marked, not shown as the lightest.</param>
    public static LogarithmicColorAxis LogarithmicColours(string title, double from, double to, bool marksAbove) => Styled(new LogarithmicColorAxis
    {
        Title = title,
        Minimum = from * (1 - 1e-9), // so that there is a tick
        Maximum = to,
        Palette = Palette.Values,
        HighColor = marksAbove ? Palette.Above : OxyColors.Undefined,
        InvalidNumberColor = Palette.Missing,
        RenderAsImage = false,
        IntervalLength = 40,
        LabelFormatter = value => Power(value, from, to),
    });

    private static T Styled<T>(T axis)
        where T : Axis
    {
        axis.FontSize = 11.5;
        axis.TitleFontSize = 12.5;
        axis.TextColor = Palette.Ink;
        axis.TitleColor = Palette.Ink;
        axis.TicklineColor = Palette.Ink;
        axis.MinorTicklineColor = Palette.Ink;
        axis.MajorTickSize = 5;
        axis.MinorTickSize = 3;
        axis.AxisTitleDistance = 6;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Palette.Grid;
        return axis;
    }

    // Tick values carry rounding errors, 0 among them.
    private static string Plain(double value) => Math.Round(value, 10).ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Power(double value, double least, double greatest)
    {
        // Over many decades only they have labels.
        int exponent = (int)Math.Floor(Math.Log10(value) + 1e-9);
        double digit = Math.Round(value / Math.Pow(10, exponent), 6);
        if (digit != 1 && greatest / least > ManyDecades)
        {
            return "";
        }

        if (least >= LeastPlain * 0.999 && greatest < 10 * GreatestPlain)
        {
            return value.ToString("G6", CultureInfo.InvariantCulture);
        }

        const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        string power = "10" + string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']));
        return digit == 1 ? power : string.Create(CultureInfo.InvariantCulture, $"{digit}·{power}");
    }
}
