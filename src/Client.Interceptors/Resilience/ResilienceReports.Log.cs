using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class ResilienceReports
{
    [LoggerMessage(1301, LogLevel.Information,
        "Attempt {Attempt} of {Method} ended with {Status}; the next one follows in {DelayMilliseconds:0} ms", EventName = "Retrying")]
    private static partial void LogRetrying(ILogger logger, int attempt, string method, StatusCode status, double delayMilliseconds);

    [LoggerMessage(
        1302, LogLevel.Debug, "{Method} is given up after attempt {Attempt} with {Status}: {Reason}", EventName = "RetriesGivenUp")]
    private static partial void LogGivenUp(ILogger logger, string method, int attempt, StatusCode status, string reason);

    [LoggerMessage(1303, LogLevel.Debug, "A call of {Method} was refused with {Status}: {Reason}", EventName = "CallRefused")]
    private static partial void LogRefused(ILogger logger, string method, StatusCode status, string reason);

    [LoggerMessage(
        1304, LogLevel.Warning, "The circuit of {Method} is open: calls are refused for {BreakDuration}", EventName = "CircuitOpened")]
    private static partial void LogCircuitOpened(ILogger logger, string method, TimeSpan breakDuration);

    [LoggerMessage(
        1305, LogLevel.Information, "The circuit of {Method} is half open: one call is let through", EventName = "CircuitHalfOpened")]
    private static partial void LogCircuitHalfOpened(ILogger logger, string method);

    [LoggerMessage(1306, LogLevel.Information, "The circuit of {Method} is closed again", EventName = "CircuitClosed")]
    private static partial void LogCircuitClosed(ILogger logger, string method);
}
