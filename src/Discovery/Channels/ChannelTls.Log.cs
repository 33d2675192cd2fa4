using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class ChannelTls
{
    [LoggerMessage(3400, LogLevel.Warning,
        "The server's certificate {Subject} is not trusted by the authorities in {CaFile}: {Problems}",
        EventName = "ServerNotTrusted")]
    private static partial void LogNotTrusted(ILogger logger, string subject, string caFile, string problems);

    [LoggerMessage(3401, LogLevel.Warning, "The server's certificate {Subject} is not for the name {Name}", EventName = "ServerNameWrong")]
    private static partial void LogWrongName(ILogger logger, string subject, string name);
}
