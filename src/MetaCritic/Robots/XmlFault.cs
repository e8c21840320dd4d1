using System.Xml;

namespace MetaCritic.Robots;

/// <summary>What is wrong with a text that is no XML, in words for its author.</summary>
internal static class XmlFault
{
    /// <summary>The parser's message without the line, which errors name before it, and without a full stop.</summary>
    public static string Describe(XmlException e)
    {
        string message = e.Message;
        int place = e.LineNumber > 0 ? message.LastIndexOf(FormattableString.Invariant($" Line {e.LineNumber}, position {e.LinePosition}"), StringComparison.Ordinal) : -1;
        return Quoted.Shortened(place > 0 ? message[..place] : message).TrimEnd('.');
    }
}
