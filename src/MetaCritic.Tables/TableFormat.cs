namespace MetaCritic.Tables;

/// <summary>How the cells of a table are separated, and how errors call the setting that says so.</summary>
public sealed record TableFormat
{
    /// <summary>Cells separated by commas.</summary>
    public static TableFormat Default { get; } = new();

    /// <summary>What separates cells. Default a comma; any ASCII character but letters, digits, line breaks, quotation marks, '+', '-', '.' and '_'.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>What errors tell the user to set when another character separates the cells of a file. Default "Separator".</summary>
    public string SeparatorSetting { get; init; } = nameof(Separator);

    /// <summary>Checks the separator.</summary>
    /// <exception cref="InvalidInputException">It can be part of a number or a name.</exception>
    public void Validate()
    {
        if (!char.IsAscii(Separator) || char.IsAsciiLetterOrDigit(Separator) || Separator is '\r' or '\n' or '\0' or '"' or '+' or '-' or '.' or '_')
        {
            throw new InvalidInputException(
                SeparatorSetting, $"value is {Quoted(Separator)}", "Give ',', ';', '\\t', '|' or another ASCII character that is in no number and no name");
        }
    }

    /// <summary>A separator as errors show it.</summary>
    internal static string Quoted(char separator) => separator switch
    {
        '\t' => "'\\t'",
        _ when char.IsControl(separator) => FormattableString.Invariant($"the character {(int)separator}"),
        _ => $"'{separator}'",
    };
}
