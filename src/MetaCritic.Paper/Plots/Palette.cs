using System.Globalization;

namespace MetaCritic.Paper.Plots;

/// <summary>Colours that people with colour-blindness tell apart, and that a grey print keeps in order.</summary>
internal static class Palette
{
    /// <summary>Text and axes.</summary>
    public const string Ink = "#222222";

    /// <summary>Grid lines.</summary>
    public const string Grid = "#dddddd";

    /// <summary>Cells without a value.</summary>
    public const string Missing = "#b3b3b3";

    /// <summary>Marks on heat maps, such as training goals.</summary>
    public const string Accent = "#e6194b";

    // The colours of Okabe and Ito, Color Universal Design (2008), the yellow left out: it is too light for lines.
    private static readonly string[] Categories = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    // Anchors of viridis (van der Walt and Smith 2015), whose lightness rises evenly.
    private static readonly (int R, int G, int B)[] Anchors =
    [
        (0x44, 0x01, 0x54), (0x47, 0x2d, 0x7b), (0x3b, 0x52, 0x8b), (0x2c, 0x72, 0x8e), (0x21, 0x91, 0x8c), (0x28, 0xae, 0x80), (0x5e, 0xc9, 0x62), (0xad, 0xdc, 0x30), (0xfd, 0xe7, 0x25),
    ];

    /// <summary>Colour of a series.</summary>
    public static string Series(int index) => Categories[index % Categories.Length];

    /// <summary>Colour of a value, dark to light.</summary>
    /// <param name="share">0 to 1; what lies beyond is taken as the end.</param>
    public static string Shade(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (Anchors.Length - 1);
        int i = Math.Min((int)place, Anchors.Length - 2);
        double part = place - i;
        int Mix(int a, int b) => (int)Math.Round(a + (part * (b - a)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Mix(Anchors[i].R, Anchors[i + 1].R):x2}{Mix(Anchors[i].G, Anchors[i + 1].G):x2}{Mix(Anchors[i].B, Anchors[i + 1].B):x2}");
    }
}
