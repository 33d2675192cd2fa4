using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class ConfiguredInterceptor
{
    [LoggerMessage(1500, LogLevel.Information, "Client {Client} follows changed options", EventName = "ClientOptionsChanged")]
    private static partial void LogChanged(ILogger logger, string client);

    [LoggerMessage(1501, LogLevel.Error, "Client {Client} keeps its options, because the changed ones are wrong: {Problem}",
        EventName = "ClientOptionsRefused")]
    private static partial void LogRefused(ILogger logger, string client, string problem);
}
