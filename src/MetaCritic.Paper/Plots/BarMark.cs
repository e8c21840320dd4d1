namespace MetaCritic.Paper.Plots;

/// <summary>One series of grouped bars over the places 0, 1, 2 ..., with error bars if there are any.</summary>
/// <param name="Values">Height at each place; no bar where it is not finite.</param>
/// <param name="Index">Which of the series in a group, from 0.</param>
/// <param name="Series">How many series there are.</param>
internal sealed record BarMark(IReadOnlyList<double> Values, int Index, int Series) : Mark
{
    /// <summary>Lower ends of the error bars.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper ends of the error bars.</summary>
    public IReadOnlyList<double>? High { get; init; }

    public override IEnumerable<double> Xs => [-0.5, Values.Count - 0.5];

    public override IEnumerable<double> Ys => [.. Values, .. Low ?? [], .. High ?? [], 0];

    public override void Draw(SvgWriter svg, Frame frame)
    {
        double slot = frame.X(1) - frame.X(0);
        double width = 0.8 * slot / Series;
        for (int i = 0; i < Values.Count; i++)
        {
            if (!frame.Vertical.Shows(Values[i]))
            {
                continue;
            }

            double left = frame.X(i) - (0.4 * slot) + (Index * width);
            double zero = frame.Vertical.Logarithmic ? frame.Top + frame.Height : frame.Y(Math.Clamp(0, frame.Vertical.From!.Value, frame.Vertical.To!.Value));
            double top = frame.Y(Values[i]);
            svg.Rectangle(left, Math.Min(top, zero), Math.Max(0.5, width - 1), Math.Abs(zero - top), Colour);
            if (Low is not null && High is not null && Low[i] < High[i])
            {
                double x = left + (width / 2) - 0.5;
                double low = frame.YOrEdge(Low[i]);
                double high = frame.YOrEdge(High[i]);
                double cap = Math.Min(3, width / 3);
                svg.Segment(x, low, x, high, Palette.Ink, 1);
                svg.Segment(x - cap, low, x + cap, low, Palette.Ink, 1);
                svg.Segment(x - cap, high, x + cap, high, Palette.Ink, 1);
            }
        }
    }

    public override void DrawSample(SvgWriter svg, double x, double y) => svg.Rectangle(x - 7, y - 5, 14, 10, Colour);
}
