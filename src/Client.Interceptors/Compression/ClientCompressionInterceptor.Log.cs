using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class ClientCompressionInterceptor
{
    [LoggerMessage(1401, LogLevel.Information,
        "A server of {Service} does not support gzip. Its requests are sent uncompressed for 10 min. "
        + "To turn gzip off for good, use ClientCompressionOptions.ExcludedMethods",
        EventName = "GzipRefused")]
    private static partial void LogRefused(ILogger logger, string service);
}
