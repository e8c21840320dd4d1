using System.Globalization;
using System.Text;

namespace MetaCritic.Paper.Plots;

/// <summary>Writes the elements of an SVG image. Lengths are in CSS pixels, rounded to hundredths; text is escaped. The same calls give the same text.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>How text stands on its point.</summary>
    public enum Anchor
    {
        Start,
        Middle,
        End,
    }

    public void Rectangle(double x, double y, double width, double height, string fill, string? stroke = null, double opacity = 1) =>
        Line($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"{Stroke(stroke, 1)}{Opacity(opacity)}/>");

    public void Segment(double x1, double y1, double x2, double y2, string stroke, double width = 1, string? dashes = null) =>
        Line($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"{Stroke(stroke, width)}{Dashes(dashes)}/>");

    /// <summary>Straight lines from point to point.</summary>
    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke, double width, string? dashes = null) =>
        Line($"<polyline points=\"{Points(points)}\" fill=\"none\"{Stroke(stroke, width)} stroke-linejoin=\"round\"{Dashes(dashes)}/>");

    public void Polygon(IEnumerable<(double X, double Y)> points, string fill, double opacity = 1, string? stroke = null) =>
        Line($"<polygon points=\"{Points(points)}\" fill=\"{fill}\"{Opacity(opacity)}{Stroke(stroke, 1)}/>");

    /// <summary>Many rectangles of one colour.</summary>
    public void Cells(IEnumerable<(double X, double Y, double Width, double Height)> cells, string fill) =>
        Line($"<path d=\"{string.Concat(cells.Select(c => $"M{N(c.X)} {N(c.Y)}h{N(c.Width)}v{N(c.Height)}h{N(-c.Width)}z"))}\" fill=\"{fill}\"/>");

    /// <summary>Many lines of one colour.</summary>
    public void Segments(IEnumerable<(double X1, double Y1, double X2, double Y2)> lines, string stroke, double width) =>
        Line($"<path d=\"{string.Concat(lines.Select(l => $"M{N(l.X1)} {N(l.Y1)}L{N(l.X2)} {N(l.Y2)}"))}\" fill=\"none\"{Stroke(stroke, width)}/>");

    /// <summary>Many triangles of one colour.</summary>
    public void Triangles(IEnumerable<((double X, double Y) A, (double X, double Y) B, (double X, double Y) C)> triangles, string fill) =>
        Line($"<path d=\"{string.Concat(triangles.Select(t => $"M{N(t.A.X)} {N(t.A.Y)}L{N(t.B.X)} {N(t.B.Y)}L{N(t.C.X)} {N(t.C.Y)}z"))}\" fill=\"{fill}\"/>");

    public void Circle(double x, double y, double radius, string fill, string? stroke = null, double opacity = 1) =>
        Line($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"{Stroke(stroke, 1)}{Opacity(opacity)}/>");

    public void Text(double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false, double? rotation = null, string fill = Palette.Ink)
    {
        string at = anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => "" };
        string turn = rotation is double degrees ? $" transform=\"rotate({N(degrees)} {N(x)} {N(y)})\"" : "";
        Line($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\"{at}{(bold ? " font-weight=\"bold\"" : "")} fill=\"{fill}\"{turn}>{Escape(text)}</text>");
    }

    /// <summary>Elements within cut off what lies outside a rectangle; the name must be unique in the image.</summary>
    public void BeginClip(string name, double x, double y, double width, double height)
    {
        Line($"<clipPath id=\"{Escape(name)}\"><rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\"/></clipPath>");
        Line($"<g clip-path=\"url(#{Escape(name)})\">");
    }

    public void BeginGroup(string attributes) => Line($"<g {attributes}>");

    public void EndGroup() => Line("</g>");

    /// <summary>The image.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    public string Finish(double width, double height, string title) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" height=\"{N(height)}\" role=\"img\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n" +
        $"<title>{Escape(title)}</title>\n<rect width=\"{N(width)}\" height=\"{N(height)}\" fill=\"white\"/>\n{_text}</svg>\n";

    /// <summary>About how wide a text is.</summary>
    public static double WidthOf(string text, double size) => 0.53 * size * text.Length;

    /// <summary>Text as it stands in XML; characters that XML has not are left out.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                _ when c < ' ' || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' => escaped,
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private static string N(double value)
    {
        double rounded = Math.Round(value, 2, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture); // no −0
    }

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"));

    private static string Stroke(string? colour, double width) => colour is null ? "" : $" stroke=\"{colour}\" stroke-width=\"{N(width)}\"";

    private static string Opacity(double opacity) => opacity == 1 ? "" : $" fill-opacity=\"{N(opacity)}\"";

    private static string Dashes(string? dashes) => dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"";

    private void Line(string element) => _text.Append(element).Append('\n');
}
