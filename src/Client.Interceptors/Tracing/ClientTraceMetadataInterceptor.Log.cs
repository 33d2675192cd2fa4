using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class ClientTraceMetadataInterceptor
{
    [LoggerMessage(1001, LogLevel.Warning,
        "{Count} joined metadata entries were left out of {Method}: "
        + "the caps are {MaxEntries} entries and {MaxBytes} bytes (TraceMetadataOptions)",
        EventName = "JoinedMetadataLeftOut")]
    private static partial void LogLeftOut(ILogger logger, int count, string method, int maxEntries, int maxBytes);
}
