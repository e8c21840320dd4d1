using System.Text.Json;

namespace MetaCritic.Files;

/// <summary>What is wrong with a text that is no JSON, in words for its author.</summary>
internal static class JsonFault
{
    /// <summary>Says it as a clause without a full stop, with line and character counted from 1.</summary>
    /// <param name="e">What the parser threw.</param>
    public static string Describe(Exception e)
    {
        string message = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
        string place = e is JsonException { LineNumber: long line, BytePositionInLine: long column }
            ? FormattableString.Invariant($", line {line + 1}, character {column + 1}")
            : "";
        return $"this is not valid JSON{place}: {message}";
    }
}
