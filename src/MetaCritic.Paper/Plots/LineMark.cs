namespace MetaCritic.Paper.Plots;

/// <summary>A line through points, with a band of spread around it if there is one. Gaps where a value is not finite.</summary>
/// <param name="X">x of each point.</param>
/// <param name="Y">y of each point.</param>
internal sealed record LineMark(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    /// <summary>Lower edge of the band.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper edge of the band.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Dashes, as lengths of strokes and gaps; null for none.</summary>
    public string? Dashes { get; init; }

    public override IEnumerable<double> Xs => X;

    public override IEnumerable<double> Ys => [.. Y, .. Low ?? [], .. High ?? []];

    public override void Draw(SvgWriter svg, Frame frame)
    {
        foreach (List<int> run in Runs(frame))
        {
            if (Low is not null && High is not null && run.Count > 1)
            {
                svg.Polygon(
                    [.. run.Select(i => (frame.X(X[i]), frame.YOrEdge(High[i]))), .. Enumerable.Reverse(run).Select(i => (frame.X(X[i]), frame.YOrEdge(Low[i])))],
                    Colour,
                    0.2);
            }
        }

        foreach (List<int> run in Runs(frame))
        {
            svg.Polyline(run.Select(i => (frame.X(X[i]), frame.Y(Y[i]))), Colour, 1.8, Dashes);
        }
    }

    public override void DrawSample(SvgWriter svg, double x, double y)
    {
        if (Low is not null)
        {
            svg.Rectangle(x - 12, y - 6, 24, 12, Colour, null, 0.2);
        }

        svg.Segment(x - 12, y, x + 12, y, Colour, 1.8, Dashes);
    }

    private IEnumerable<List<int>> Runs(Frame frame)
    {
        List<int> run = [];
        for (int i = 0; i < X.Count; i++)
        {
            if (frame.Shows(X[i], Y[i]))
            {
                run.Add(i);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
