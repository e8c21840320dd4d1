using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MetaCritic.ML;

/// <summary>Messages that arrive at <c>MLContext.Log</c>.</summary>
internal static class Channels
{
    public static void Inform(this IChannel channel, FormattableString message) =>
        channel.Info(MessageSensitivity.None, "{0}", message.ToString(CultureInfo.InvariantCulture));

    /// <summary>A warning outside of any training.</summary>
    public static void Warn(this MLContext context, string channelName, string message)
    {
        IHost host = ((IHostEnvironment)context).Register("MetaCritic");
        using IChannel channel = host.Start(channelName);
        channel.Warning(MessageSensitivity.None, "{0}", message);
    }
}
