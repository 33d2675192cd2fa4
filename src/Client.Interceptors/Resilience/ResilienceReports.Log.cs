using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class ResilienceReports
{
    [LoggerMessage(1301, LogLevel.Information,
        "Attempt {Attempt} of {Method} ended with {Status}; the next one follows in {DelayMilliseconds:0} ms", EventName = "Retrying")]
    public partial void LogRetrying(int attempt, string method, StatusCode status, double delayMilliseconds);

    [LoggerMessage(1302, LogLevel.Debug, "{Method} is given up after attempt {Attempt} with {Status}: {Reason}", EventName = "RetriesGivenUp")]
    public partial void LogGivenUp(string method, int attempt, StatusCode status, string reason);

    [LoggerMessage(1303, LogLevel.Debug, "A call of {Method} was refused with {Status}: {Reason}", EventName = "CallRefused")]
    private partial void LogRefused(string method, StatusCode status, string reason);

    [LoggerMessage(1304, LogLevel.Warning, "The circuit of {Method} is open: calls are refused for {BreakDuration}", EventName = "CircuitOpened")]
    public partial void LogCircuitOpened(string method, TimeSpan breakDuration);

    [LoggerMessage(1305, LogLevel.Information, "The circuit of {Method} is half open: one call is let through", EventName = "CircuitHalfOpened")]
    public partial void LogCircuitHalfOpened(string method);

    [LoggerMessage(1306, LogLevel.Information, "The circuit of {Method} is closed again", EventName = "CircuitClosed")]
    public partial void LogCircuitClosed(string method);
}
