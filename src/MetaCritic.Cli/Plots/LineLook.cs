namespace MetaCritic.Cli.Plots;

/// <summary>How a line is drawn.</summary>
internal enum Stroke
{
    Solid,
    Dashed,
    Dotted,
}

/// <summary>What a line is called, and how it looks.</summary>
/// <param name="Label">What the legend calls it; <c>_{…}</c> is a subscript.</param>
/// <param name="Colour">Its colour, <c>#rrggbb</c>.</param>
/// <param name="Stroke">How it is drawn.</param>
internal sealed record LineLook(string Label, string Colour, Stroke Stroke = Stroke.Solid)
{
    /// <summary>Blue, of the colours of Okabe and Ito (Color Universal Design, 2008), which people with colour-blindness tell apart.</summary>
    public const string Blue = "#0072b2";

    /// <summary>Vermilion, of the same.</summary>
    public const string Vermilion = "#d55e00";

    /// <summary>Orange, of the same.</summary>
    public const string Orange = "#e69f00";
}
