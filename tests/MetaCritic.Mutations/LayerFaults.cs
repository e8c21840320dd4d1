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
            "Saved fitting reports the first error",
            Layer + "Saving/FittingMapping.cs",
            "destination.Score = (float)fit.Error;",
            "destination.Score = (float)fit.LearningCurve[0];",
            "A saved model would give other results than the one that was saved.",
            "OldFormatTests"),
        new(
            "Saved fitting with the default seed",
            Layer + "Saving/FittingMapping.cs",
            "                Seed = header.Seed,\n",
            "",
            "The same, for options.",
            "EstimatorContractTests"),
        new(
            "Scores of the row before",
            Layer + "CriticFunction.cs",
            "if (_both && _position == row.Position && row.Position >= 0)",
            "if (_both && _position >= 0 && row.Position >= 0)",
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
