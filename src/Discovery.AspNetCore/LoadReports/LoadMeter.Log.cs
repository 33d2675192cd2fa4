using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class LoadMeter
{
    [LoggerMessage(4040, LogLevel.Warning,
        "LoadReportingOptions.{Option} threw an exception; load is reported without it until it works again",
        EventName = "LoadNotMeasured")]
    private static partial void LogNotMeasured(ILogger logger, Exception exception, string option);
}
