namespace MetaCritic.Paper.Plots;

/// <summary>Charts side by side and below each other, with one legend.</summary>
/// <param name="Title">What it shows, in a sentence; for those who cannot see it.</param>
/// <param name="Charts">The panels, row by row.</param>
internal sealed record Figure(string Title, IReadOnlyList<Chart> Charts)
{
    private const double LegendSize = 12.5;
    private const double LegendRow = 22;

    /// <summary>Panels per row.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Width of a panel.</summary>
    public double PanelWidth { get; init; } = 620;

    /// <summary>Height of a panel.</summary>
    public double PanelHeight { get; init; } = 380;

    /// <summary>Draws it.</summary>
    /// <param name="name">A name that no other figure of the same page has; names inside the image begin with it.</param>
    /// <returns>An SVG document; the same figure always gives the same text.</returns>
    public string Render(string name)
    {
        SvgWriter svg = new();
        int rows = (Charts.Count + Columns - 1) / Columns;
        double width = Columns * PanelWidth;
        double height = rows * PanelHeight;
        for (int i = 0; i < Charts.Count; i++)
        {
            Charts[i].Draw(svg, Invariant($"{name}-panel{i}"), i % Columns * PanelWidth, i / Columns * PanelHeight, PanelWidth, PanelHeight);
        }

        height += DrawLegend(svg, width, height);
        return svg.Finish(width, height, Title);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // Rows of samples, each row centred; returns its height.
    private double DrawLegend(SvgWriter svg, double width, double top)
    {
        Mark[] marks = [.. Charts.SelectMany(chart => chart.Marks).Where(mark => mark.Label is not null).DistinctBy(mark => mark.Label)];
        List<List<Mark>> rows = [];
        double used = double.PositiveInfinity;
        foreach (Mark mark in marks)
        {
            if (used + WidthOf(mark) > width - 20)
            {
                rows.Add([]);
                used = 0;
            }

            rows[^1].Add(mark);
            used += WidthOf(mark);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            double x = (width - rows[i].Sum(WidthOf)) / 2;
            double y = top + 12 + (i * LegendRow);
            foreach (Mark mark in rows[i])
            {
                mark.DrawSample(svg, x + 12, y);
                svg.Text(x + 30, y + 4.5, mark.Label!, LegendSize);
                x += WidthOf(mark);
            }
        }

        return rows.Count == 0 ? 0 : (rows.Count * LegendRow) + 8;
    }

    private static double WidthOf(Mark mark) => 30 + SvgWriter.WidthOf(mark.Label!, LegendSize) + 18;
}
