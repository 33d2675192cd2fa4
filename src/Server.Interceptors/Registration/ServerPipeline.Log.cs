using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class ServerPipeline
{
    [LoggerMessage(2401, LogLevel.Information, "{Interceptor} follows its changed options", EventName = "ServerOptionsReloaded")]
    private static partial void LogReloaded(ILogger logger, string interceptor);

    [LoggerMessage(2402, LogLevel.Error, "{Interceptor} keeps its options, because the changed ones are wrong: {Reason}",
        EventName = "ServerOptionsReloadFailed")]
    private static partial void LogReloadFailed(ILogger logger, string interceptor, string reason);
}
