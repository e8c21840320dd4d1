using MetaCritic.Cli.Plots;

namespace MetaCritic.Paper.Results;

/// <summary>A figure with what stands below it.</summary>
/// <param name="Suffix">Follows the item's name in the file's name; empty for an item's first figure.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Figure">The figure.</param>
internal sealed record PaperFigure(string Suffix, string Caption, Figure Figure);
