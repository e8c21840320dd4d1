using System.Globalization;
using System.Xml.Linq;
using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MetaCritic.Paper.Tests;

[TestClass]
public sealed class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void A_figure_is_well_formed_has_its_texts_once_and_is_always_the_same()
    {
        string text = Everything().Render("all");
        XElement root = XElement.Parse(text);
        Assert.AreEqual(Svg + "svg", root.Name);
        Assert.AreEqual("A <title> & \"more\"", root.Element(Svg + "title")!.Value);
        string[] texts = Texts(root);
        foreach (string expected in (string[])["Lines & bands", "time, s", "error", "learned critic", "paper: learned critic", "cost, m²", "optimal policy", "training goals", "above 4", "all diverged", "first", "supervised Q"])
        {
            Assert.HasCount(1, texts.Where(t => t == expected).ToArray(), expected);
        }

        Assert.IsTrue(root.Descendants(Svg + "clipPath").All(c => c.Attribute("id")!.Value.StartsWith("all-", StringComparison.Ordinal)));
        Assert.AreEqual(text, Everything().Render("all"));
    }

    [TestMethod]
    public void The_language_of_the_machine_has_no_effect()
    {
        string text = Everything().Render("x");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.AreEqual(text, Everything().Render("x"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void A_band_drawn_later_covers_no_line_drawn_before()
    {
        Panel panel = new("", Axes.Linear("x"), Axes.Logarithmic("y"));
        panel.Line(Method.Ddpg, [1, 2], [1, 2], [0.5, 1], [2, 4]);
        panel.Line(Method.MetaCritic, [1, 2], [3, 4], [1, 2], [4, 5]);
        Series[] drawn = [.. panel.Model.Series];
        Assert.IsTrue(drawn.Take(2).All(series => series is AreaSeries) && drawn.Skip(2).All(series => series is LineSeries and not AreaSeries));
    }

    [TestMethod]
    public void Axes_of_the_same_title_have_the_same_range_and_the_labels_stand_at_the_edge()
    {
        Panel[] panels = [.. Enumerable.Range(1, 4).Select(i =>
        {
            Panel panel = new("", Axes.Linear("x"), Axes.Logarithmic("y"));
            panel.Line(Method.Learned, [0, i], [1, Math.Pow(10, i)]);
            return panel;
        })];
        string[] texts = Texts(XElement.Parse(new Figure("four", panels) { Columns = 2 }.Render("four")));
        Assert.HasCount(1, panels.Select(panel => (panel.Horizontal.ActualMinimum, panel.Horizontal.ActualMaximum)).Distinct().ToArray());
        Assert.HasCount(1, panels.Select(panel => (panel.Vertical.ActualMinimum, panel.Vertical.ActualMaximum)).Distinct().ToArray());
        Assert.IsGreaterThanOrEqualTo(4, panels[0].Horizontal.ActualMaximum);
        Assert.HasCount(2, texts.Where(t => t == "x").ToArray());
        Assert.HasCount(2, texts.Where(t => t == "y").ToArray());
    }

    [TestMethod]
    public void A_scale_that_panels_share_has_one_bar()
    {
        Axis colours = Axes.LogarithmicColours("error", 1e-2, 1, marksAbove: true);
        Panel[] panels = [.. Enumerable.Range(0, 3).Select(i =>
        {
            Panel panel = new($"panel {i}", Axes.Linear("x"), Axes.Linear("y"));
            panel.Map([0, 1], [0, 1], new double[,] { { 0.1, 0.2 }, { 0.5, i } }, colours);
            return panel;
        })];
        string[] texts = Texts(XElement.Parse(new Figure("maps", panels) { Columns = 2 }.Render("maps")));
        Assert.HasCount(1, texts.Where(t => t == "error").ToArray());
        Assert.HasCount(1, texts.Where(t => t == "above 1").ToArray());
        CollectionAssert.DoesNotContain(texts, "all diverged");
    }

    [TestMethod]
    public void Cells_without_a_value_and_beyond_the_scale_are_marked()
    {
        Panel panel = new("", Axes.Linear("x"), Axes.Linear("y"));
        panel.Map([0, 1], [0, 1], new double[,] { { double.NaN, 1e-9 }, { 1, 2 } }, Axes.LogarithmicColours("error", 1e-4, 1, marksAbove: true));
        string image = new Figure("map", [panel]).Render("map");
        string[] cells = [.. XElement.Parse(image).Descendants(Svg + "rect").Where(r => r.Attribute("width")!.Value == "300").Select(r => r.Attribute("style")!.Value.Split(';')[0])];
        CollectionAssert.AreEquivalent((string[])[Fill(Palette.Missing), Fill(Palette.Values.Colors[0]), Fill(Palette.Values.Colors[^1]), Fill(Palette.Above)], cells);

        static string Fill(OxyColor colour) => $"fill:rgb({colour.R},{colour.G},{colour.B})";
    }

    [TestMethod]
    public void Logarithmic_axes_have_minor_ticks()
    {
        Panel panel = new("", Axes.Linear("x"), Axes.Logarithmic("y"));
        panel.Line(Method.Learned, [0, 1], [1, 1000]);
        _ = new Figure("log", [panel]).Render("log");
        panel.Vertical.GetTickValues(out _, out IList<double> major, out IList<double> minor);
        double[] digits = [.. major.Concat(minor).Where(value => value < 999).Select(value => Math.Round(value / Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9)))).Order()];
        CollectionAssert.IsSubsetOf((double[])[.. Enumerable.Range(1, 9).SelectMany(digit => new double[] { digit, digit, digit })], digits);
    }

    [TestMethod]
    [DataRow(0.001, 10.0, "0.001 0.01 0.1 1 10")]
    [DataRow(1e-6, 1.0, "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰")]
    public void Labels_are_numbers_or_powers_throughout(double from, double to, string expected)
    {
        LogarithmicAxis axis = Axes.Logarithmic("y", padding: 0);
        Panel panel = new("", Axes.Linear("x"), axis);
        panel.Line(Method.Learned, [0, 1], [from, to]);
        _ = new Figure("log", [panel]).Render("log");
        axis.GetTickValues(out IList<double> labels, out _, out _);
        Assert.AreEqual(expected, string.Join(' ', labels.Select(axis.FormatValue).Where(label => label.Length > 0)));
    }

    [TestMethod]
    public void A_gap_in_a_line_stays_a_gap()
    {
        Panel panel = new("", Axes.Linear("x"), Axes.Linear("y"));
        panel.Line(Method.Ddpg, [0, 1, 2, 3, 4], [1, 2, double.NaN, 3, 4]);
        string image = new Figure("gap", [panel]).Render("gap");
        string[] lines = [.. XElement.Parse(image).Descendants(Svg + "polyline").Where(p => p.Attribute("style")!.Value.Contains("rgb(213,94,0)", StringComparison.Ordinal)).Select(p => p.Attribute("points")!.Value)];
        Assert.HasCount(2, lines.Where(points => points.Split(' ').Length == 2 && !points.Contains("NaN", StringComparison.Ordinal)).Take(2).ToArray());
    }

    [TestMethod]
    public void A_method_has_one_name_and_one_look()
    {
        Assert.AreEqual(Method.Learned, Method.Of("learned critic"));
        Assert.AreEqual("learned critic", Method.LabelOf("meta-learned critic"));
        Assert.AreEqual("(a) true f", Method.LabelOf("(a) true f"));
        Assert.AreEqual(Method.Ddpg.Colour, Method.Ddpg.OfPaper().Colour);
        Assert.AreEqual("learned critic, starts drawn; fitted from drawn starts", Method.Of("learned critic, starts drawn, drawn starts").Label);
        Assert.ThrowsExactly<InvalidOperationException>(() => Method.Of("none"));
    }

    private static Figure Everything()
    {
        Panel lines = new("Lines & bands", Axes.Linear("time, s"), Axes.Logarithmic("error"));
        lines.Line(Method.Learned, [0, 1, 2, 3], [1, 0.1, double.NaN, 0.01], [0.5, 0.05, 1, 0.005], [2, 0.2, 1, 0.02]);
        lines.Line(Method.Learned.OfPaper(), [0, 1], [1, 2]);
        Panel map = new("Map", Axes.Linear("x"), Axes.Linear("y"));
        map.Map([0, 1, 2], [0, 1], new double[,] { { 1, 2 }, { 3, double.NaN }, { 4, 5 } }, Axes.LogarithmicColours("cost, m²", 1, 4, marksAbove: true));
        map.Arrows([(0, 0, 1, 0), (1, 1, 0, 0)], 0.5);
        map.Crosses("training goals", [(1, 0)]);
        map.Star("optimal policy", 1, 1);
        Panel points = new("Points", Axes.Names("", ["first", "second"]), Axes.Linear("distance"));
        points.Points(Method.Supervised, [(0, 1, 0.5, 1.5), (1, 2, 2, 2)], MarkerType.Square);
        points.Level(0);
        return new("A <title> & \"more\"", [lines, map, points]) { Columns = 2 };
    }

    private static string[] Texts(XElement root) => [.. root.Descendants(Svg + "text").Select(t => t.Value)];
}
