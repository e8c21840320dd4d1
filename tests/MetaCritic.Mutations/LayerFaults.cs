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
            "HostilePayloadTests"),
        new(
            "Fitting reports the first error",
            Layer + "Functions/FittedPolicy.cs",
            "(float)fit.Error :",
            "(float)fit.LearningCurve[0] :",
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
            "The whole way fits with the columns of training",
            Layer + "PolicyTrainer.cs",
            "DynamicsColumns = FittingDynamicsColumns ?? DynamicsColumns,",
            "DynamicsColumns = DynamicsColumns,",
            "An option without effect: policies would be fitted on another robot than asked for.",
            "PolicyTrainerTests"),
        new(
            "The whole way draws policies with the seed of training",
            Layer + "PolicyTrainer.cs",
            "Seed = PolicySeed,",
            "Seed = Seed ?? PolicySeed,",
            "An option without effect: two parts would not be drawn apart.",
            "PolicyTrainerTests"),
        new(
            "Scores of the row before",
            Layer + "Rows/ResultFunction.cs",
            "if (_position != row.Position || row.Position < 0)",
            "if (_position < 0 || row.Position < 0)",
            "A stale value.",
            "CriticTests"),
        new(
            "Tables without all columns read at once",
            Layer + "Rows/RowFunctionView.cs",
            "_fits = function.Fits(input);",
            "_fits = function.Fits(input) || input.Count > 0;",
            "A chain that ends in the trainer could not be fitted on goals alone.",
            "ChainTests"),
        new(
            "Blocks of rows without their columns",
            Layer + "Rows/RowFunctionView.cs",
            "=> _fits && function.InBlocks &&",
            "=> function.InBlocks &&",
            "The same, for a cursor that nobody reads scores from.",
            "ChainTests"),
        new(
            "Loaded vectors put together backwards",
            Layer + "Saving/VectorPieces.cs",
            ".Range(0, 28).Reverse()",
            ".Range(0, 28)",
            "A loaded model would give other vectors than the one that was saved.",
            "ChainTests"),
        new(
            "Loaded vectors begin again at each piece",
            Layer + "Saving/VectorPieces.cs",
            "            taken += size;\n",
            "",
            "The same.",
            "ChainTests"),
        new(
            "Loaded components one place on",
            Layer + "Saving/VectorComponents.cs",
            "destination.ValueC = Value(first + 2);",
            "destination.ValueC = Value(first + 3);",
            "A loaded gradient would point elsewhere.",
            "ChainTests"),
        new(
            "Numbers in a saved expression with a decimal point",
            Layer + "Saving/VectorComponents.cs",
            "{component + 1}e100\"",
            "{component + 1}.0e100\"",
            "A model saved in one country would not load in another.",
            "ChainTests"),
        new(
            "Columns of the same name as a saved model's own",
            Layer + "Rows/ColumnOptions.cs",
            "value.StartsWith(ReservedPrefix, StringComparison.Ordinal)",
            "value.StartsWith(ReservedPrefix + ReservedPrefix, StringComparison.Ordinal)",
            "The column would be there before saving and not after loading.",
            "ChainTests"),
        new(
            "Groups share their errors",
            Layer + "MetaCriticMetrics.cs",
            "parts.Add(key, new(ErrorSummary.Of(groups[key], options.Tolerance)",
            "parts.Add(key, new(ErrorSummary.Of(errors, options.Tolerance)",
            "Every group would have the statistics of all.",
            "PolicyTests"),
        new(
            "A diverged policy has no score",
            Layer + "Functions/FittedPolicy.cs",
            "Score = fit.Error < DivergedScore ? (float)fit.Error : DivergedScore;",
            "Score = (float)fit.Error;",
            "ML.NET's metrics pass over NaN: they would get better.",
            "DivergedTests"),
        new(
            "Diverged policies in the mean",
            Layer + "MetaCriticMetrics.cs",
            "errors.Add(value[0] < PolicyFittingTransformer.DivergedScore ? value[0] : double.NaN);",
            "errors.Add(value[0]);",
            "A mean of 10¹⁰ in place of a count.",
            "DivergedTests"),
        new(
            "Sparse vectors of Double packed to the left",
            Layer + "Rows/Singles.cs",
            "numbers.GetIndices().CopyTo(editor.Indices);",
            "for (int i = 0; i < source.Length; i++) { editor.Indices[i] = i; }",
            "A wrong index.",
            "DoubleColumnTests"),
        new(
            "Whole numbers that are no Single",
            Layer + "Rows/Singles.cs",
            "(1 << 24) - 1",
            "1 << 24",
            "An off-by-one: 16,777,217 would be taken for another seed.",
            "DoubleColumnTests"),
        new(
            "A saved model does not convert",
            Layer + "Saving/SavedChain.cs",
            "return [ml.Transforms.Conversion.ConvertType(name, names[0], DataKind.Single)];",
            "return [ml.Transforms.CopyColumns(name, names[0])];",
            "Loaded, it would refuse the Double that it was trained on.",
            "DoubleColumnTests"),
    ];
}
