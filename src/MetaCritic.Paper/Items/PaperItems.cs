namespace MetaCritic.Paper.Items;

/// <summary>All items, in the order in which <c>all</c> runs and the report shows them.</summary>
internal static class PaperItems
{
    /// <summary>The items.</summary>
    public static IReadOnlyList<IPaperItem> All { get; } =
    [
        new AnalysisItem(),
        new Figure1Item(),
        new Figure3Item(),
        Figure4Item.Reacher,
        Figure4Item.Kuka,
        new Figure5Item(),
        DynamicsMapItem.Masses,
        DynamicsMapItem.Lengths,
        new Table1Item(),
        new Table2Item(),
        new Table3Item(),
        new Table1ManyItem(),
        new Table2WideItem(),
        new Table3RealItem(),
        new StayItem(),
        new StartItem(),
        new LearnedDynamicsItem(),
    ];
}
