using OxyPlot;

namespace MetaCritic.Cli.Plots;

/// <summary>Colours that belong to no method.</summary>
internal static class Palette
{
    /// <summary>Text and axes.</summary>
    public static readonly OxyColor Ink = OxyColor.Parse("#222222");

    /// <summary>Grid lines.</summary>
    public static readonly OxyColor Grid = OxyColor.Parse("#dddddd");

    /// <summary>Lines that serve for comparison only.</summary>
    public static readonly OxyColor Reference = OxyColor.Parse("#777777");

    /// <summary>Cells without a value.</summary>
    public static readonly OxyColor Missing = OxyColor.Parse("#b3b3b3");

    /// <summary>Cells beyond the upper end of their scale: a colour that the scale does not have.</summary>
    public static readonly OxyColor Above = OxyColor.Parse("#ff7043");

    /// <summary>Marks on heat maps, such as training goals.</summary>
    public static readonly OxyColor Accent = OxyColor.Parse("#e6194b");

    /// <summary>Colours of values, dark to light, whose lightness rises evenly: viridis (van der Walt and Smith 2015).</summary>
    public static OxyPalette Values { get; } = OxyPalettes.Viridis(100);
}
