using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class FileTokenSource
{
    [LoggerMessage(1213, LogLevel.Warning,
        "The token in '{Path}' expired at {ExpiresAt:O} by this machine's clock. It is sent all the same, as only the server can judge. "
            + "Check the clock, and what renews the file",
        EventName = "TokenFilePast")]
    private static partial void LogPast(ILogger logger, string path, DateTimeOffset expiresAt);
}
