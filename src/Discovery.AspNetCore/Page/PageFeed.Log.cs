using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class PageFeed
{
    [LoggerMessage(4050, LogLevel.Error, "The discovery page could not read the state; it tries again", EventName = "PageReadFailed")]
    private static partial void LogReadFailed(ILogger logger, Exception exception);
}
