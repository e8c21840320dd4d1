using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace MetaCritic.Cli.Plots;

/// <summary>Panels side by side and below each other, with one legend, and one colour bar for panels that share a scale. Axes of the same title have the same range.</summary>
/// <param name="Title">What it shows, in a sentence; for those who cannot see it.</param>
/// <param name="Panels">The panels, row by row.</param>
internal sealed partial record Figure(string Title, IReadOnlyList<Panel> Panels)
{
    private const double Labels = 66, Below = 46, Heading = 32, Edge = 12;
    private const double BarWidth = 106;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Panels per row.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Width between the axes of a panel.</summary>
    public double PlotWidth { get; init; } = 600;

    /// <summary>Height between the axes of a panel.</summary>
    public double PlotHeight { get; init; } = 320;

    /// <summary>Draws it: once, since the axes of its panels are fitted to each other.</summary>
    /// <param name="name">A name that no other figure of the same page has; names inside the image begin with it.</param>
    /// <returns>An SVG document; the same panels always give the same text.</returns>
    public string Render(string name)
    {
        foreach (Panel panel in Panels)
        {
            Update(panel.Model);
        }

        Share(panel => panel.Horizontal);
        Share(panel => panel.Vertical);
        bool[] below = [.. Panels.Select((panel, i) => i + Columns >= Panels.Count || Panels[i + Columns].Horizontal.Title != panel.Horizontal.Title)];
        bool[] beside = [.. Panels.Select((panel, i) => i % Columns == 0 || Panels[i - 1].Vertical.Title != panel.Vertical.Title)];
        int rows = (Panels.Count + Columns - 1) / Columns;
        double heading = Panels.Any(panel => panel.Model.Title.Length > 0) ? Heading : Edge;
        double[] lefts = Ends(Columns, column => PlotWidth + Edge + (Of(beside, i => i % Columns == column) ? Labels : Edge));
        double[] tops = Ends(rows, row => PlotHeight + heading + (Of(below, i => i / Columns == row) ? Below : Edge));
        List<(PlotModel Model, OxyRect Place)> parts = [];
        for (int i = 0; i < Panels.Count; i++)
        {
            (Panel panel, int column, int row) = (Panels[i], i % Columns, i / Columns);
            double bottom = Of(below, j => j / Columns == row) ? Below : Edge;
            Hide(panel.Horizontal, !below[i]);
            Hide(panel.Vertical, !beside[i]);
            panel.Model.PlotMargins = new(lefts[column + 1] - lefts[column] - PlotWidth - Edge, heading - TitleHeight(panel.Model), Edge, bottom);
            parts.Add((panel.Model, new(lefts[column], tops[row], lefts[column + 1] - lefts[column], tops[row + 1] - tops[row])));
        }

        bool bars = Panels.Any(panel => panel.Colours is not null);
        for (int first = 0, next; bars && first < rows; first = next)
        {
            Axis? colours = Scale(first);
            for (next = first + 1; next < rows && Scale(next) == colours; next++)
            {
            }

            if (colours is not null)
            {
                double bottom = Of(below, i => i / Columns == next - 1) ? Below : Edge;
                parts.Add((ColourBar(colours, heading, bottom), new(lefts[^1], tops[first], BarWidth, tops[next] - tops[first])));
            }
        }

        double width = lefts[^1] + (bars ? BarWidth : 0);
        double height = tops[^1];
        if (Legend() is { } legend)
        {
            // It has all the room there is, and its height shows when it has been drawn once.
            const double Room = 1000;
            using SvgCanvas trial = new(new MemoryStream(), width, Room);
            Draw(trial, legend, new(0, 0, width, Room));
            parts.Add((legend, new(0, height, width, Room)));
            height += legend.Legends[0].LegendSize.Height + 8;
        }

        using MemoryStream stream = new();
        using (SvgCanvas canvas = new(stream, width, height))
        {
            parts.ForEach(part => Draw(canvas, part.Model, part.Place));
            canvas.Complete();
        }

        return Finish(name, Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF'), width, height);

        Axis? Scale(int row) => Panels.Skip(row * Columns).Take(Columns).Select(panel => panel.Colours).FirstOrDefault(scale => scale is not null);
    }

    private static bool Of(bool[] shown, Func<int, bool> which) => shown.Where((_, i) => which(i)).Any(yes => yes);

    private static double[] Ends(int count, Func<int, double> size)
    {
        double[] ends = new double[count + 1];
        for (int i = 0; i < count; i++)
        {
            ends[i + 1] = ends[i] + size(i);
        }

        return ends;
    }

    private static double TitleHeight(PlotModel model) => model.Padding.Top + (model.Title.Length == 0 ? 0 : model.TitlePadding + (SvgCanvas.LineHeight * model.TitleFontSize));

    private static void Update(IPlotModel model) => model.Update(true);

    private static void Draw(SvgCanvas canvas, IPlotModel model, OxyRect place)
    {
        model.Update(true);
        model.Render(canvas, place);
    }

    private void Share(Func<Panel, Axis> axisOf)
    {
        foreach (IGrouping<string, Axis> axes in Panels.Select(axisOf).Where(axis => axis is not CategoryAxis).GroupBy(axis => axis.Title))
        {
            (double from, double to) = (axes.Min(axis => axis.ActualMinimum), axes.Max(axis => axis.ActualMaximum));
            foreach (Axis axis in axes)
            {
                // A power of ten at an end is a tick whatever its logarithm is rounded to.
                double room = axis is LogarithmicAxis ? 1e-9 : 0;
                (axis.Minimum, axis.Maximum) = (from * (1 - room), to * (1 + room));
            }
        }
    }

    private static void Hide(Axis axis, bool hidden)
    {
        if (hidden)
        {
            axis.Title = "";
            axis.LabelFormatter = _ => "";
        }
    }

    private static PlotModel ColourBar(Axis colours, double top, double bottom)
    {
        colours.Position = AxisPosition.Right;
        colours.MajorGridlineStyle = LineStyle.None;
        colours.MajorTickSize = 14; // the width of the bar
        return new PlotModel
        {
            DefaultFont = SvgCanvas.Font,
            Padding = default,
            PlotMargins = new(0, top, BarWidth, bottom),
            PlotAreaBorderThickness = default,
            Axes =
            {
                colours,
                new LinearAxis { Position = AxisPosition.Bottom, IsAxisVisible = false },
                new LinearAxis { Position = AxisPosition.Left, IsAxisVisible = false },
            },
        };
    }

    private PlotModel? Legend()
    {
        Series[] samples = [.. Panels.SelectMany(panel => panel.Legend).DistinctBy(sample => sample.Title)];
        if (samples.Length == 0)
        {
            return null;
        }

        PlotModel model = new()
        {
            DefaultFont = SvgCanvas.Font,
            Padding = default,
            PlotMargins = default,
            PlotAreaBorderThickness = default,
            Axes =
            {
                new LinearAxis { Position = AxisPosition.Bottom, IsAxisVisible = false },
                new LinearAxis { Position = AxisPosition.Left, IsAxisVisible = false },
            },
            Legends =
            {
                new Legend
                {
                    LegendPlacement = LegendPlacement.Inside,
                    LegendPosition = LegendPosition.TopCenter,
                    LegendOrientation = LegendOrientation.Horizontal,
                    LegendFontSize = 12,
                    LegendTextColor = Palette.Ink,
                    LegendSymbolLength = 24,
                    LegendItemSpacing = 22,
                    LegendLineSpacing = 6,
                    LegendMargin = 4,
                    LegendPadding = 2,
                },
            },
        };
        foreach (Series sample in samples)
        {
            model.Series.Add(sample);
        }

        return model;
    }

    // The image by itself: with a title, sizes to scale by, names of its own, and cells of heat maps that stay sharp.
    private string Finish(string name, string text, double width, double height)
    {
        XElement image = XElement.Parse(Reference().Replace(text, match => $"{match.Groups[1].Value}{name}-{match.Groups[2].Value}"));
        image.SetAttributeValue("viewBox", FormattableString.Invariant($"0 0 {width:0.##} {height:0.##}"));
        image.SetAttributeValue("role", "img");
        image.AddFirst(new XElement(Svg + "title", Title));
        return image.ToString().ReplaceLineEndings("\n") + "\n";
    }

    [GeneratedRegex("""(id="|url\(#)(clipPath\d+)""")]
    private static partial Regex Reference();
}
