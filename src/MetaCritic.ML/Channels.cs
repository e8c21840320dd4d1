using System.Globalization;
using Microsoft.ML.Runtime;

namespace MetaCritic.ML;

/// <summary>Messages that arrive at <c>MLContext.Log</c>.</summary>
internal static class Channels
{
    public static void Inform(this IChannel channel, FormattableString message) =>
        channel.Info(MessageSensitivity.None, "{0}", message.ToString(CultureInfo.InvariantCulture));
}
