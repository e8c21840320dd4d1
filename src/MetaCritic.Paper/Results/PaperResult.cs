namespace MetaCritic.Paper.Results;

/// <summary>What an item of the paper came to.</summary>
/// <param name="Sheets">What is written, and drawn.</param>
/// <param name="Tables">What is printed.</param>
internal sealed record PaperResult(PaperSheets Sheets, IReadOnlyList<PaperTable> Tables)
{
    /// <summary>Sentences that belong to the numbers.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
