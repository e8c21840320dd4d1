using OxyPlot;

namespace MetaCritic.Cli.Plots;

/// <summary>
/// OxyPlot's drawing surface for SVG, with text placed by its alphabetic baseline, which every viewer has, and measured for the font
/// that the images ask for.
/// </summary>
/// <param name="stream">Where the image goes.</param>
/// <param name="width">Its width.</param>
/// <param name="height">Its height.</param>
internal sealed class SvgCanvas(Stream stream, double width, double height)
    : SvgRenderContext(stream, width, height, isDocument: false, new PdfRenderContext(width, height, OxyColors.White), OxyColors.White)
{
    /// <summary>Fonts of about the same widths, one of which most machines have.</summary>
    public const string Font = "DejaVu Sans, Verdana, sans-serif";

    /// <summary>Height of a line of text, in sizes of its font.</summary>
    public const double LineHeight = 1.17;

    // PdfRenderContext knows Arial and answers in points, 3/4 of a pixel; small letters of DejaVu Sans are wider by 3/20.
    private const double Capitals = 4.0 / 3;
    private const double Others = 1.15 * 4 / 3;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        if (string.IsNullOrEmpty(text))
        {
            return OxySize.Empty;
        }

        double Width(Func<char, bool> which, double scale) =>
            scale * base.MeasureText(string.Concat(text.Where(which).Select(c => c > 'ÿ' ? 'n' : c)), fontFamily, fontSize, fontWeight).Width;
        return new(Width(char.IsUpper, Capitals) + Width(c => !char.IsUpper(c), Others), LineHeight * fontSize);
    }

    public override void DrawText(
        ScreenPoint p, string text, OxyColor c, string fontFamily, double fontSize, double fontWeight, double rotate, HorizontalAlignment halign, VerticalAlignment valign, OxySize? maxSize)
    {
        double down = fontSize * valign switch { VerticalAlignment.Top => 0.9, VerticalAlignment.Middle => 0.36, _ => -0.2 };
        (double sin, double cos) = Math.SinCos(rotate * Math.PI / 180);
        base.DrawText(new(p.X - (down * sin), p.Y + (down * cos)), text, c, fontFamily, fontSize, fontWeight, rotate, halign, VerticalAlignment.Bottom, maxSize);
    }
}
