namespace MetaCritic.Paper.Plots;

/// <summary>Shape of a point.</summary>
internal enum PointShape
{
    Circle,
    Square,
    Diamond,
    Cross,
    Star,
}

/// <summary>Points, with error bars if there are any, or with colours by value.</summary>
/// <param name="X">x of each point.</param>
/// <param name="Y">y of each point.</param>
internal sealed record PointMark(IReadOnlyList<double> X, IReadOnlyList<double> Y) : Mark
{
    /// <summary>Lower ends of the error bars.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper ends of the error bars.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Value of each point that gives its colour, on <see cref="Shading"/>.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>The scale of <see cref="Values"/>.</summary>
    public Scale? Shading { get; init; }

    public PointShape Shape { get; init; } = PointShape.Circle;

    /// <summary>Radius.</summary>
    public double Size { get; init; } = 3.5;

    public override IEnumerable<double> Xs => X;

    public override IEnumerable<double> Ys => [.. Y, .. Low ?? [], .. High ?? []];

    public override Scale? Colours => Values is null ? null : Shading!.Fit(Values);

    public override void Draw(SvgWriter svg, Frame frame)
    {
        Scale? colours = Colours;
        for (int i = 0; i < X.Count; i++)
        {
            if (!frame.Shows(X[i], Y[i]))
            {
                continue;
            }

            double x = frame.X(X[i]);
            if (Low is not null && High is not null && Low[i] < High[i])
            {
                double low = frame.YOrEdge(Low[i]);
                double high = frame.YOrEdge(High[i]);
                svg.Segment(x, low, x, high, Colour, 1.2);
                svg.Segment(x - 3, low, x + 3, low, Colour, 1.2);
                svg.Segment(x - 3, high, x + 3, high, Colour, 1.2);
            }

            DrawShape(svg, x, frame.Y(Y[i]), Size, colours is null ? Colour : Palette.Shade(colours.Place(Values![i])));
        }
    }

    public override void DrawSample(SvgWriter svg, double x, double y) => DrawShape(svg, x, y, Math.Max(Size, 3), Colour);

    private void DrawShape(SvgWriter svg, double x, double y, double r, string colour)
    {
        switch (Shape)
        {
            case PointShape.Square:
                svg.Rectangle(x - r, y - r, 2 * r, 2 * r, colour);
                break;
            case PointShape.Diamond:
                svg.Polygon([(x - (1.3 * r), y), (x, y - (1.3 * r)), (x + (1.3 * r), y), (x, y + (1.3 * r))], colour);
                break;
            case PointShape.Cross:
                svg.Segment(x - r, y - r, x + r, y + r, "white", 4);
                svg.Segment(x - r, y + r, x + r, y - r, "white", 4);
                svg.Segment(x - r, y - r, x + r, y + r, colour, 2.2);
                svg.Segment(x - r, y + r, x + r, y - r, colour, 2.2);
                break;
            case PointShape.Star:
                svg.Polygon(
                    Enumerable.Range(0, 10).Select(i => (x + (Radius(i) * Math.Sin(Math.PI * i / 5)), y - (Radius(i) * Math.Cos(Math.PI * i / 5)))), colour, 1, "white");
                break;
            default:
                svg.Circle(x, y, r, colour);
                break;
        }

        double Radius(int i) => i % 2 == 0 ? 1.5 * r : 0.6 * r;
    }
}
