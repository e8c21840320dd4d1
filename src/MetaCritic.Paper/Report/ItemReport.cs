using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Report;

/// <summary>What is reported of an item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record ItemReport(IPaperItem Item, PaperResult Result, IReadOnlyList<DrawnFigure> Figures);

/// <summary>A figure as an image.</summary>
/// <param name="Name">Name of its file, without the ending.</param>
/// <param name="Title">What it shows, in a sentence; for those who cannot see it.</param>
/// <param name="Caption">Stands below it.</param>
/// <param name="Image">The image, SVG.</param>
internal sealed record DrawnFigure(string Name, string Title, string Caption, string Image)
{
    /// <summary>Name of its file.</summary>
    public string File => Name + ".svg";

    /// <summary>Draws the figures of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="sheets">Its tables.</param>
    public static IReadOnlyList<DrawnFigure> Of(IPaperItem item, PaperSheets sheets) => [.. item.Draw(sheets).Select(figure =>
    {
        string name = figure.Suffix.Length == 0 ? item.Name : $"{item.Name}-{figure.Suffix}";
        return new DrawnFigure(name, figure.Figure.Title, figure.Caption, figure.Figure.Render(name));
    })];
}
