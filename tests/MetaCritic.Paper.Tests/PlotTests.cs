using System.Globalization;
using System.Xml.Linq;
using MetaCritic.Paper.Plots;

namespace MetaCritic.Paper.Tests;

[TestClass]
public sealed class PlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static Figure Everything => new("A <title> & \"more\"",
    [
        new Chart("Lines & bands", new Scale("time, s"), new Scale("error, rad²") { Logarithmic = true },
        [
            new LineMark([0, 1, 2, 3], [1, 0.1, double.NaN, 0.01]) { Low = [0.5, 0, 0, 0.005], High = [2, 0.2, 1, 0.02], Label = "mean <5 seeds>" },
        ]),
        new Chart("Map", new Scale("x"), new Scale("y"),
        [
            new HeatMark([0, 1, 2], [0, 1], new double[,] { { 0, 1 }, { 2, double.NaN }, { 4, 5 } }, new Scale("value")),
            new ArrowMark([0, 1], [0, 1], [1, 0], [0, 0], 10) { Label = "gradient" },
            new PointMark([1], [0]) { Shape = PointShape.Cross, Label = "goal" },
        ]) { Square = true },
        new Chart("Bars", new Scale("") { Names = ["first of the groups", "second"] }, new Scale("error"),
        [
            new BarMark([1, 2], 0, 2) { Low = [0.5, 1.5], High = [1.5, 2.5], Label = "a" },
            new BarMark([3, double.NaN], 1, 2) { Label = "b", Colour = Palette.Series(1) },
        ]),
        new Chart("Points", new Scale("x"), new Scale("y"),
        [
            new PointMark([1, 2], [1, 2]) { Values = [0, 1], Shading = new Scale("iteration") },
            new PointMark([1, 2], [1, 2]) { Low = [0, 1], High = [2, 3], Shape = PointShape.Diamond, Label = "c" },
        ]),
    ])
    { Columns = 2 };

    [TestMethod]
    public void A_figure_is_well_formed_has_its_texts_and_is_always_the_same()
    {
        string text = Everything.Render("all");
        XElement root = XDocument.Parse(text).Root!;
        Assert.AreEqual(Svg + "svg", root.Name);
        Assert.AreEqual("A <title> & \"more\"", root.Element(Svg + "title")!.Value);
        string[] texts = [.. root.Descendants(Svg + "text").Select(t => t.Value)];
        foreach (string expected in (string[])["Lines & bands", "time, s", "error, rad²", "mean <5 seeds>", "0.1", "value", "gradient", "goal", "first of the groups", "a", "b", "c", "iteration"])
        {
            CollectionAssert.Contains(texts, expected);
        }

        Assert.HasCount(4, root.Descendants(Svg + "clipPath").Select(c => c.Attribute("id")!.Value).Distinct().ToArray());
        Assert.IsTrue(root.Descendants(Svg + "clipPath").All(c => c.Attribute("id")!.Value.StartsWith("all-", StringComparison.Ordinal)));
        Assert.AreEqual(text, Everything.Render("all"));
    }

    [TestMethod]
    public void The_language_of_the_machine_has_no_effect()
    {
        string text = Everything.Render("x");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.AreEqual(text, Everything.Render("x"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void A_gap_in_a_line_stays_a_gap()
    {
        XElement root = XDocument.Parse(Everything.Render("x")).Root!;
        string[] lines = [.. root.Descendants(Svg + "polyline").Select(p => p.Attribute("points")!.Value)];
        Assert.HasCount(2, lines);
        Assert.HasCount(2, lines[0].Split(' '));
        Assert.HasCount(1, lines[1].Split(' '));
    }

    [TestMethod]
    public void Cells_without_a_value_are_grey_and_those_with_one_are_shaded_in_order()
    {
        XElement root = XDocument.Parse(Everything.Render("x")).Root!;
        string[] fills = [.. root.Descendants(Svg + "path").Select(p => p.Attribute("fill")!.Value)];
        CollectionAssert.Contains(fills, Palette.Missing);
        CollectionAssert.Contains(fills, Palette.Shade(0));
        CollectionAssert.Contains(fills, Palette.Shade(1));
        Assert.AreEqual("#440154", Palette.Shade(-1));
        Assert.AreEqual("#fde725", Palette.Shade(2));
    }

    [TestMethod]
    [DataRow(0.0, 1.0, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [DataRow(-0.31, 0.29, 4, "−0.2 0.0 0.2")]
    [DataRow(0.0, 1000.0, 4, "0 500 1000")]
    [DataRow(0.1, 1.0, 10, "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0")]
    [DataRow(0.0, 1e-7, 4, "0e0 5e−8 1e−7")]
    public void Linear_ticks_are_round(double from, double to, int count, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', (new Scale("") { From = from, To = to }).Ticks(count).Select(t => t.Text)));

    [TestMethod]
    [DataRow(0.001, 10.0, 8, "0.001 0.01 0.1 1 10")]
    [DataRow(1e-6, 1e6, 4, "10⁻⁶ 10⁻² 10² 10⁶")]
    [DataRow(0.3, 4.0, 5, "0.5 1 2")]
    public void Logarithmic_ticks_are_powers_of_ten_or_1_2_5(double from, double to, int count, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', (new Scale("") { From = from, To = to, Logarithmic = true }).Ticks(count).Select(t => t.Text)));

    [TestMethod]
    public void A_scale_without_values_and_one_with_a_single_value_have_ends()
    {
        Scale none = new Scale("").Fit([double.NaN]);
        Assert.IsLessThan(none.To!.Value, none.From!.Value);
        Scale one = new Scale("") { Logarithmic = true }.Fit([3, -1, 0]);
        Assert.IsTrue(one.From > 0 && one.From < 3 && one.To > 3);
    }
}
