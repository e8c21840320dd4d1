namespace MetaCritic.Paper.Plots;

/// <summary>Values on a grid as coloured cells; grey where there is no value.</summary>
/// <param name="X">Middles of the columns, evenly spaced.</param>
/// <param name="Y">Middles of the rows, evenly spaced.</param>
/// <param name="Values">Values, [x × y].</param>
/// <param name="Shading">The scale of the values; its ends may be given, so that several charts share them.</param>
internal sealed record HeatMark(IReadOnlyList<double> X, IReadOnlyList<double> Y, double[,] Values, Scale Shading) : Mark
{
    // As many colours as can be told apart; fewer make smaller files.
    private const int Levels = 100;

    public override IEnumerable<double> Xs => [X[0] - (Step(X) / 2), X[^1] + (Step(X) / 2)];

    public override IEnumerable<double> Ys => [Y[0] - (Step(Y) / 2), Y[^1] + (Step(Y) / 2)];

    public override Scale Colours => (Shading with { Tight = true }).Fit(Values.Cast<double>());

    public override void Draw(SvgWriter svg, Frame frame)
    {
        Scale colours = Colours;
        List<(string Colour, (double, double, double, double) Cell)> cells = [];
        for (int i = 0; i < X.Count; i++)
        {
            double left = frame.X(X[i] - (Step(X) / 2));
            double right = frame.X(X[i] + (Step(X) / 2));
            for (int j = 0; j < Y.Count; j++)
            {
                double top = frame.Y(Y[j] + (Step(Y) / 2));
                double bottom = frame.Y(Y[j] - (Step(Y) / 2));
                cells.Add((ColourOf(colours, Values[i, j]), (left, top, right - left, bottom - top)));
            }
        }

        svg.BeginGroup("shape-rendering=\"crispEdges\"");
        foreach (IGrouping<string, (double, double, double, double)> group in cells.GroupBy(cell => cell.Colour, cell => cell.Cell))
        {
            svg.Cells(group, group.Key);
        }

        svg.EndGroup();
    }

    public override void DrawSample(SvgWriter svg, double x, double y)
    {
    }

    private static string ColourOf(Scale colours, double value) =>
        colours.Shows(value) ? Palette.Shade(Math.Round(colours.Place(value) * Levels) / Levels) : double.IsFinite(value) ? Palette.Shade(0) : Palette.Missing;

    private static double Step(IReadOnlyList<double> values) => values.Count > 1 ? (values[^1] - values[0]) / (values.Count - 1) : 1;
}
