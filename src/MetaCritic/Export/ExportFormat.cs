namespace MetaCritic.Export;

/// <summary>What a model is exported as.</summary>
public enum ExportFormat
{
    /// <summary>An ONNX model (opset 13), for ONNX Runtime and whatever else reads ONNX; any number of rows at a time.</summary>
    Onnx,

    /// <summary>One header in C99 that needs math.h alone, for controllers.</summary>
    C,

    /// <summary>A JSON document with the same computation step by step, for readers of one's own.</summary>
    Json,
}
