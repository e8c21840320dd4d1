namespace MetaCritic.Mutations;

/// <summary>Faults in the reading of tables.</summary>
internal static class TableFaults
{
    private const string Tables = "src/MetaCritic.Tables/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Rows with too few cells",
            Tables + "TableReader.cs",
            "if (_csv.FieldCount != _columns.Length)",
            "if (_csv.FieldCount > _columns.Length)",
            "Cells that are not there would be read as empty.",
            "BothDoorsTests"),
        new(
            "Thousands separators in tables",
            Tables + "TableReader.cs",
            "double.TryParse(_csv.GetSpan(column), NumberStyles.Float,",
            "double.TryParse(_csv.GetSpan(column), NumberStyles.Any,",
            "A decimal comma would be read as 10 times the number.",
            "BothDoorsTests"),
        new(
            "Lines of spaces are rows",
            Tables + "TableReader.cs",
            "raw.ContainsAnyExcept(\" \\t\"u8)",
            "!raw.IsEmpty",
            "A blank line at the end of a file would be refused.",
            "BothDoorsTests"),
        new(
            "Stray quotation marks are part of the text",
            Tables + "TableReader.cs",
            "if (_malformed is { } malformed)",
            "if (_malformed is { LineNumber: 0 } malformed)",
            "A row of another meaning than the file's.",
            "BothDoorsTests"),
        new(
            "Start columns shifted",
            Tables + "GoalReader.cs",
            "_start[index] = Table.GetQuantity(column);",
            "_start[0] = Table.GetQuantity(column);",
            "A wrong column.",
            "TableReaderTests"),
        new(
            "Names that mean nothing pass as the user's own",
            Tables + "GoalColumns.cs",
            "if (role == GoalRole.Other && IsMisnamed(name))",
            "if (role == GoalRole.Goal && IsMisnamed(name))",
            "A misspelt start or parameter would be left out without a word.",
            "BothDoorsTests"),
        new(
            "Next states of a log are its states",
            Tables + "TransitionReader.cs",
            "nextStates.Add([.. _nextState]);",
            "nextStates.Add([.. _state]);",
            "An exchanged column: dynamics that stand still.",
            "BothDoorsTests"),
        new(
            "Numbering with gaps",
            Tables + "TransitionReader.cs",
            "if (!numbers.Contains(i))",
            "if (!numbers.Contains(i) && i == 0)",
            "Another component than the one named.",
            "BothDoorsTests"),
        new(
            "Goals of a table in memory from the row before",
            "src/MetaCritic.ML/Rows/StoredRows.cs",
            "row % RowsPerBlock * width",
            "Math.Max(0, row % RowsPerBlock - 1) * width",
            "A wrong index.",
            "BothDoorsTests"),
    ];
}
