using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class LeftOutReports
{
    [LoggerMessage(1001, LogLevel.Warning,
        "{Count} joined metadata entries were left out since the last such line, last of {Method}: "
        + "the caps are {MaxEntries} entries and {MaxBytes} bytes (TraceMetadataOptions)",
        EventName = "JoinedMetadataLeftOut")]
    private static partial void LogOverCaps(ILogger logger, int count, string method, int maxEntries, int maxBytes);

    [LoggerMessage(1002, LogLevel.Warning,
        "{Count} joined metadata entries were left out since the last such line, last of {Method}: "
        + "a header carries printable ASCII characters only",
        EventName = "JoinedMetadataNotCarried")]
    private static partial void LogNotCarried(ILogger logger, int count, string method);

    [LoggerMessage(1003, LogLevel.Warning,
        "{Count} joined metadata entries were left out since the last such line, last of {Method}: "
        + "only the first value of a binary key joins",
        EventName = "JoinedMetadataRepeated")]
    private static partial void LogRepeated(ILogger logger, int count, string method);
}
