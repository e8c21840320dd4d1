namespace MetaCritic.Mutations;

/// <summary>Faults in the ML.NET layer.</summary>
internal static class LayerFaults
{
    private const string Layer = "src/MetaCritic.ML/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Sparse vectors keep the row before",
            Layer + "Rows/NumberColumns.cs",
            "        destination[..Size].Clear();\n",
            "",
            "Values of one row would leak into the next.",
            "PolicyTests"),
        new(
            "Sparse vectors packed to the left",
            Layer + "Rows/NumberColumns.cs",
            "destination[indices[i]] = values[i];",
            "destination[i] = values[i];",
            "A wrong index.",
            "PolicyTests"),
        new(
            "Saved models of the future",
            Layer + "Saving/Payload.cs",
            "if (format > Format)",
            "if (format > Format + 1)",
            "An off-by-one: a newer format would be read as this one.",
            "PayloadTests"),
        new(
            "Length of a saved model's header",
            Layer + "Saving/Payload.cs",
            "if (length < 0 || length > count - 4)",
            "if (length < 0)",
            "An unchecked length: an exception that is not ours.",
            "PayloadTests"),
        new(
            "Fitting reports the first error",
            Layer + "Functions/FittedPolicy.cs",
            "Score = (float)fit.Error;",
            "Score = (float)fit.LearningCurve[0];",
            "A fitted policy would be scored before its first update.",
            "OldFormatTests"),
        new(
            "Saved models read one column for all",
            Layer + "Saving/ModelMapping.cs",
            "source.Input(i)",
            "source.Input(0)",
            "A saved model would give other results than the one that was saved.",
            "EstimatorContractTests"),
        new(
            "Fitting with the default seed",
            Layer + "Functions/FittingFunction.cs",
            "ulong seed = Settings.Seed;",
            "ulong seed = 0;",
            "An option without effect.",
            "PolicyTests"),
        new(
            "Scores of the row before",
            Layer + "Rows/ResultFunction.cs",
            "if (_position != row.Position || row.Position < 0)",
            "if (_position < 0 || row.Position < 0)",
            "A stale value.",
            "CriticTests"),
        new(
            "Groups share their errors",
            Layer + "MetaCriticMetrics.cs",
            "parts.Add(key, new(ErrorSummary.Of(groups[key], options.Tolerance)",
            "parts.Add(key, new(ErrorSummary.Of(errors, options.Tolerance)",
            "Every group would have the statistics of all.",
            "PolicyTests"),
    ];
}
