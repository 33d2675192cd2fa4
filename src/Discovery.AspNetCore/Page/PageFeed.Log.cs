using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class PageFeed
{
    [LoggerMessage(4050, LogLevel.Error, "The discovery page can't read the state; it is tried again", EventName = "PageReadFailed")]
    private static partial void LogReadFailed(ILogger logger, Exception exception);
}
