namespace MetaCritic.Paper.Plots;

/// <summary>A field of arrows that show directions, all of one length.</summary>
/// <param name="X">x of the middle of each arrow.</param>
/// <param name="Y">y of the middle of each arrow.</param>
/// <param name="Dx">x component of each vector, in units of the axis.</param>
/// <param name="Dy">y component of each vector, in units of the axis.</param>
/// <param name="Length">Length of the arrows.</param>
internal sealed record ArrowMark(IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double> Dx, IReadOnlyList<double> Dy, double Length) : Mark
{
    public override IEnumerable<double> Xs => X;

    public override IEnumerable<double> Ys => Y;

    public override void Draw(SvgWriter svg, Frame frame)
    {
        List<(double, double, double, double)> shafts = [];
        List<((double, double), (double, double), (double, double))> heads = [];
        for (int i = 0; i < X.Count; i++)
        {
            // Directions as they appear: the axes may have different units per pixel.
            double dx = Dx[i] * frame.Width / (frame.Horizontal.To!.Value - frame.Horizontal.From!.Value);
            double dy = -Dy[i] * frame.Height / (frame.Vertical.To!.Value - frame.Vertical.From!.Value);
            double norm = double.Hypot(dx, dy);
            if (!(norm > 0) || !double.IsFinite(norm))
            {
                continue;
            }

            (dx, dy) = (dx / norm, dy / norm);
            double x = frame.X(X[i]) + (dx * Length / 2);
            double y = frame.Y(Y[i]) + (dy * Length / 2);
            double head = 0.38 * Length;
            (double X, double Y) neck = (x - (dx * head), y - (dy * head));
            shafts.Add((x - (dx * Length), y - (dy * Length), neck.X, neck.Y));
            heads.Add(((x, y), (neck.X - (dy * head * 0.45), neck.Y + (dx * head * 0.45)), (neck.X + (dy * head * 0.45), neck.Y - (dx * head * 0.45))));
        }

        svg.Segments(shafts, Colour, 1.1);
        svg.Triangles(heads, Colour);
    }

    public override void DrawSample(SvgWriter svg, double x, double y)
    {
        svg.Segment(x - 9, y, x + 4, y, Colour, 1.2);
        svg.Polygon([(x + 9, y), (x + 3, y - 3), (x + 3, y + 3)], Colour);
    }
}
