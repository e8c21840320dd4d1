namespace Microsoft.ML;

/// <summary>The exceptions about columns that are missing or of another type.</summary>
internal static class Mismatch
{
    public static ArgumentOutOfRangeException Missing(string role, string column, string parameter = "inputSchema") =>
        new(parameter, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException Type(string role, string column, string expected, string actual, string parameter = "inputSchema") =>
        new(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");
}
