using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using MetaCritic.Cli.Output;

namespace MetaCritic.Cli.CommandLine;

/// <summary>What is wrong with a command line, in one line, with the nearest that would be right.</summary>
internal static class ParseErrors
{
    /// <summary>The first error.</summary>
    /// <param name="parsed">A command line.</param>
    /// <returns>It; null if there is none.</returns>
    public static string? First(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return Unknown(command, parsed.UnmatchedTokens[0]);
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        Symbol[] missing =
        [
            .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 }),
            .. command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true }),
        ];
        ParseError? error = parsed.Errors.FirstOrDefault(error => error.SymbolResult is OptionResult { Implicit: false } or ArgumentResult { Tokens.Count: > 0 });
        return error?.SymbolResult is OptionResult option ? OfOption(option, error.Message)
            : error?.SymbolResult is ArgumentResult argument ? OfArgument(argument)
            : missing.Length > 0 ? $"{string.Join(" and ", missing.Select(Placeholder))} {(missing.Length == 1 ? "is" : "are")} missing."
            : command.Subcommands.Count > 0 ? "there is no command. Give one."
            : parsed.Errors[0].Message;
    }

    private static string Unknown(Command command, string token)
    {
        if (command.Subcommands.Count > 0 && !token.StartsWith('-'))
        {
            return $"there is no command {Quoted(token)}.{Near(token, command.Subcommands.Select(one => one.Name))}";
        }

        int end = token.AsSpan().IndexOfAny('=', ':');
        string name = end > 0 ? token[..end] : token;
        return token.StartsWith('-')
            ? $"there is no option {Quoted(name)}.{Near(name, command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name)))}"
            : $"{Quoted(token)} is one argument too many. {(token.Contains('=', StringComparison.Ordinal) ? "Assignments come after --set or another option, each after its own." : "Put quotation marks around a text that has spaces.")}";
    }

    private static string OfOption(OptionResult result, string message)
    {
        Option option = result.Option;
        string place = option.Name;
        if (result.Tokens.Count == 0)
        {
            return $"{place}: there is no value. Give {place} {HelpName(option)}.";
        }

        // A parser of ours has said it all.
        if (message.StartsWith(place, StringComparison.Ordinal))
        {
            return message;
        }

        string value = result.Tokens[^1].Value;
        if (result.IdentifierTokenCount > 1 || result.Tokens.Count > option.Arity.MaximumNumberOfValues)
        {
            return $"{place}: it is given {Format.Count(Math.Max(result.IdentifierTokenCount, result.Tokens.Count))} times. Give it once.";
        }

        return $"{place}: value is {Quoted(value)}. {Remedy(option, option.ValueType, value)}";
    }

    private static string OfArgument(ArgumentResult result)
    {
        string value = result.Tokens[^1].Value;
        return $"<{result.Argument.HelpName ?? result.Argument.Name}>: value is {Quoted(value)}. {Remedy(result.Argument, result.Argument.ValueType, value)}";
    }

    private static string Remedy(Symbol symbol, Type type, string value)
    {
        string[] choices = [.. symbol.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label)];
        return choices.Length > 0
            ? $"Give {string.Join(", ", choices[..^1])} or {choices[^1]}.{Near(value, choices)}"
            : $"Give {Kind(Nullable.GetUnderlyingType(type) ?? type)}.";
    }

    private static string Kind(Type type) =>
        type == typeof(ulong) ? "a whole number of 0 or more, below 2^64"
        : type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false, or no value"
        : "another value";

    private static string Near(string name, IEnumerable<string> known) =>
        NearNames.Of(name, known) is [string nearest, ..] ? $" Did you mean {nearest}?" : "";

    private static string Placeholder(Symbol symbol) => symbol is Option option ? $"{option.Name} {HelpName(option)}" : $"<{((Argument)symbol).HelpName ?? symbol.Name}>";

    private static string HelpName(Option option) => $"<{option.HelpName ?? option.Name.TrimStart('-')}>";

    private static string Quoted(string text) => $"\"{text}\"";
}
