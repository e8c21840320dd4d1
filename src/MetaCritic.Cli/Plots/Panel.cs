using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MetaCritic.Cli.Plots;

/// <summary>One panel of a figure: axes and what is drawn between them. Bands lie below all lines, marks above.</summary>
internal sealed class Panel
{
    private const double LineWidth = 1.8;
    private const byte BandOpacity = 45;

    private readonly List<Series> _legend = [];
    private int _bands;

    /// <summary>Creates an empty panel.</summary>
    /// <param name="title">Stands above it; may be empty.</param>
    /// <param name="horizontal">The x axis.</param>
    /// <param name="vertical">The y axis.</param>
    public Panel(string title, Axis horizontal, Axis vertical)
    {
        horizontal.Position = AxisPosition.Bottom;
        vertical.Position = AxisPosition.Left;
        Model = new PlotModel
        {
            Title = title,
            TitleFontSize = 13.5,
            TitleColor = Palette.Ink,
            TitlePadding = 4,
            Padding = new(0, 5, 0, 0),
            DefaultFont = SvgCanvas.Font,
            PlotAreaBorderColor = Palette.Ink,
            Axes = { horizontal, vertical },
        };
        (Horizontal, Vertical) = (horizontal, vertical);
    }

    /// <summary>What OxyPlot draws.</summary>
    public PlotModel Model { get; }

    /// <summary>The x axis.</summary>
    public Axis Horizontal { get; }

    /// <summary>The y axis.</summary>
    public Axis Vertical { get; }

    /// <summary>The scale of its colours; null if it has none. Panels that share one share the object.</summary>
    public Axis? Colours { get; private set; }

    /// <summary>Samples for the legend, with their titles.</summary>
    public IReadOnlyList<Series> Legend => _legend;

    /// <summary>Draws a line, with a band of spread around it if there is one. There are gaps where a value is not finite.</summary>
    /// <param name="look">What it is called, and how it looks.</param>
    /// <param name="x">x of each point.</param>
    /// <param name="y">y of each point.</param>
    /// <param name="low">Lower edge of the band.</param>
    /// <param name="high">Upper edge of the band.</param>
    public void Line(LineLook look, IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double>? low = null, IReadOnlyList<double>? high = null)
    {
        OxyColor colour = OxyColor.Parse(look.Colour);
        double[]? dashes = look.Stroke switch { Stroke.Dashed => [3.5, 2], Stroke.Dotted => [1, 1.5], _ => null };
        LineSeries line = new() { Color = colour, StrokeThickness = LineWidth, Dashes = dashes, LineJoin = LineJoin.Round };
        line.Points.AddRange(x.Zip(y, (a, b) => new DataPoint(a, b)));
        OxyColor shade = OxyColors.Undefined;
        if (low is not null && high is not null)
        {
            shade = OxyColor.FromAColor(BandOpacity, colour);
            AreaSeries band = new() { Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = shade };
            band.Points.AddRange(x.Zip(high, (a, b) => new DataPoint(a, b)));
            band.Points2.AddRange(x.Zip(low, (a, b) => new DataPoint(a, b)));
            Model.Series.Insert(_bands++, band);
        }

        Model.Series.Add(line);
        Explain(new LineSample(shade) { Title = look.Label, Color = colour, StrokeThickness = LineWidth, Dashes = dashes });
    }

    /// <summary>Draws values with error bars.</summary>
    /// <param name="look">What they are called, and how they look.</param>
    /// <param name="points">The points; the error bar reaches from low to high.</param>
    /// <param name="shape">Shape of the points.</param>
    public void Points(LineLook look, IEnumerable<(double X, double Y, double Low, double High)> points, MarkerType shape)
    {
        OxyColor colour = OxyColor.Parse(look.Colour);
        ScatterErrorSeries Series() => new() { MarkerType = shape, MarkerSize = 4.5, MarkerFill = colour, ErrorBarColor = colour, ErrorBarStrokeThickness = 1.5, ErrorBarStopWidth = 4 };
        ScatterErrorSeries series = Series();
        series.Points.AddRange(points.Select(p => new ScatterErrorPoint(p.X, p.Y, 0, p.High - p.Low)));
        Model.Series.Add(series);
        Explain(Series(), look.Label);
    }

    /// <summary>Draws values with bars that reach from low to high, which need not be as far away.</summary>
    /// <param name="look">What they are called, and how they look.</param>
    /// <param name="points">The values and the ends of their bars.</param>
    public void Bars(LineLook look, IEnumerable<(double X, double Y, double Low, double High)> points)
    {
        OxyColor colour = OxyColor.Parse(look.Colour);
        ScatterSeries Series() => new() { MarkerType = MarkerType.Circle, MarkerSize = 4.5, MarkerFill = colour };
        ScatterSeries middles = Series();
        foreach ((double x, double y, double low, double high) in points)
        {
            Model.Series.Add(new LineSeries { Color = colour, StrokeThickness = LineWidth, Points = { new(x, low), new(x, high) } });
            middles.Points.Add(new(x, y));
        }

        Model.Series.Add(middles);
        Explain(Series(), look.Label);
    }

    /// <summary>Draws points coloured by a value.</summary>
    /// <param name="points">The points.</param>
    /// <param name="colours">The scale of the values.</param>
    public void Points(IEnumerable<(double X, double Y, double Value)> points, Axis colours)
    {
        ScatterSeries series = new() { MarkerType = MarkerType.Circle, MarkerSize = 2.2, ColorAxisKey = UseColours(colours) };
        series.Points.AddRange(points.Select(p => new ScatterPoint(p.X, p.Y, double.NaN, p.Value)));
        Model.Series.Add(series);
    }

    /// <summary>Draws values on a grid as coloured cells; grey where there is no value.</summary>
    /// <param name="x">Middles of the columns, evenly spaced.</param>
    /// <param name="y">Middles of the rows, evenly spaced.</param>
    /// <param name="values">Values, [x × y].</param>
    /// <param name="colours">The scale of the values.</param>
    /// <param name="smooth">Whether values between the middles are interpolated, as befits a function; not so for separate runs.</param>
    public void Map(IReadOnlyList<double> x, IReadOnlyList<double> y, double[,] values, Axis colours, bool smooth = false)
    {
        foreach (Axis axis in (Axis[])[Horizontal, Vertical])
        {
            axis.MajorGridlineStyle = LineStyle.None;
            (axis.MinimumPadding, axis.MaximumPadding) = (0, 0);
        }

        Model.Series.Add(new HeatMapSeries
        {
            X0 = x[0],
            X1 = x[^1],
            Y0 = y[0],
            Y1 = y[^1],
            Data = values,
            Interpolate = smooth,
            RenderMethod = smooth ? HeatMapRenderMethod.Bitmap : HeatMapRenderMethod.Rectangles,
            EdgeRenderingMode = EdgeRenderingMode.PreferSharpness,
            ColorAxisKey = UseColours(colours),
        });
        double[] seen = [.. values.Cast<double>()];
        if (colours is LogarithmicColorAxis { HighColor.A: > 0 } scale && seen.Any(value => value > colours.Maximum))
        {
            Explain(Square(scale.HighColor), $"above {Output.Format.Short(colours.Maximum)}");
        }

        if (seen.Any(double.IsNaN))
        {
            Explain(Square(Palette.Missing), "all diverged");
        }
    }

    /// <summary>Draws crosses on a map.</summary>
    /// <param name="label">What they are.</param>
    /// <param name="points">Where.</param>
    public void Crosses(string label, IReadOnlyList<(double X, double Y)> points)
    {
        foreach ((double x, double y) in points)
        {
            Model.Annotations.Add(Cross(x, y, OxyColors.White, 5.7, 4.5));
            Model.Annotations.Add(Cross(x, y, Palette.Accent, 5, 2.2));
        }

        Explain(new ScatterSeries { MarkerType = MarkerType.Cross, MarkerSize = 5, MarkerStroke = Palette.Accent, MarkerStrokeThickness = 2.2 }, label);

        static PointAnnotation Cross(double x, double y, OxyColor colour, double size, double width) =>
            new() { X = x, Y = y, Shape = MarkerType.Cross, Size = size, Stroke = colour, StrokeThickness = width };
    }

    /// <summary>Draws a star, below nothing but other stars.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="x">x.</param>
    /// <param name="y">y.</param>
    public void Star(string label, double x, double y)
    {
        ScreenPoint[] outline = [.. Enumerable.Range(0, 10).Select(i => new ScreenPoint((i % 2 == 0 ? 1.5 : 0.6) * Math.Sin(Math.PI * i / 5), (i % 2 == 0 ? -1.5 : -0.6) * Math.Cos(Math.PI * i / 5)))];
        Model.Annotations.Add(new PointAnnotation
        {
            X = x,
            Y = y,
            Shape = MarkerType.Custom,
            CustomOutline = outline,
            Size = 5.5,
            Fill = Palette.Accent,
            Stroke = OxyColors.White,
            StrokeThickness = 1,
        });
        Explain(new ScatterSeries { MarkerType = MarkerType.Custom, MarkerOutline = outline, MarkerSize = 5, MarkerFill = Palette.Accent }, label);
    }

    /// <summary>Draws white arrows of one length that show directions.</summary>
    /// <param name="arrows">Middle and direction of each, in units of the axes.</param>
    /// <param name="length">Their length, in units of the axes.</param>
    public void Arrows(IEnumerable<(double X, double Y, double Dx, double Dy)> arrows, double length)
    {
        foreach ((double x, double y, double dx, double dy) in arrows)
        {
            double scale = length / 2 / double.Hypot(dx, dy);
            if (double.IsFinite(scale))
            {
                Model.Annotations.Add(new ArrowAnnotation
                {
                    StartPoint = new(x - (scale * dx), y - (scale * dy)),
                    EndPoint = new(x + (scale * dx), y + (scale * dy)),
                    Color = OxyColors.White,
                    StrokeThickness = 1.1,
                    HeadLength = 4.5,
                    HeadWidth = 2.2,
                });
            }
        }
    }

    /// <summary>Draws a horizontal line through the whole panel.</summary>
    /// <param name="y">Its height.</param>
    public void Level(double y) => Model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Horizontal, Y = y, Color = Palette.Ink, LineStyle = LineStyle.Solid, Layer = AnnotationLayer.BelowSeries });

    private static ScatterSeries Square(OxyColor colour) => new() { MarkerType = MarkerType.Square, MarkerSize = 5, MarkerFill = colour };

    private void Explain(Series sample, string? label = null)
    {
        sample.Title = label ?? sample.Title;
        _legend.Add(sample);
    }

    // Panels have scales of their own that are equal, since an axis belongs to one model; the one that is drawn is the figure's.
    private string UseColours(Axis colours)
    {
        const string Key = "colours";
        if (Colours is null)
        {
            Colours = colours;
            Axis own = colours is LogarithmicColorAxis log
                ? new LogarithmicColorAxis { Palette = log.Palette, HighColor = log.HighColor, InvalidNumberColor = log.InvalidNumberColor }
                : new LinearColorAxis { Palette = ((LinearColorAxis)colours).Palette };
            (own.Key, own.Minimum, own.Maximum, own.IsAxisVisible, own.Position) = (Key, colours.Minimum, colours.Maximum, false, AxisPosition.None);
            Model.Axes.Add(own);
        }

        return Key;
    }

    /// <summary>A line in the legend, with its band.</summary>
    private sealed class LineSample(OxyColor band) : LineSeries
    {
        public override void RenderLegend(IRenderContext rc, OxyRect legendBox)
        {
            rc.DrawRectangle(new OxyRect(legendBox.Left, legendBox.Center.Y - 5, legendBox.Width, 10), band, OxyColors.Undefined, 0, EdgeRenderingMode);
            base.RenderLegend(rc, legendBox);
        }
    }
}
