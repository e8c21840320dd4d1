using MetaCritic.Cli.Plots;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper.Items;

/// <summary>
/// A figure, a table or an analysis of the paper, or one of our own, that this program computes. To add one,
/// write a class and name it in <see cref="PaperItems"/>.
/// </summary>
internal interface IPaperItem
{
    /// <summary>Name, as the command line takes it and files begin with.</summary>
    public string Name { get; }

    /// <summary>Title in the report.</summary>
    public string Title { get; }

    /// <summary>What the paper shows there.</summary>
    public string Shown { get; }

    /// <summary>Computes it. The same context gives the same result, bit for bit.</summary>
    /// <param name="context">Seeds, effort, shared critics, progress.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public PaperResult Run(PaperContext context);

    /// <summary>Draws its figures from nothing but its tables.</summary>
    /// <param name="sheets">The tables, as <see cref="Run"/> makes them.</param>
    public IReadOnlyList<PaperFigure> Draw(PaperSheets sheets);
}
