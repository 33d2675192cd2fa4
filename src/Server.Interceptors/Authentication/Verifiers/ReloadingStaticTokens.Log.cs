using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class ReloadingStaticTokens
{
    [LoggerMessage(2211, LogLevel.Information, "Reloaded the static access tokens; there are {Count}", EventName = "StaticTokensReloaded")]
    private static partial void LogReloaded(ILogger logger, int count);

    [LoggerMessage(2212, LogLevel.Error, "The changed static access tokens are invalid and were not loaded: {Reason}",
        EventName = "StaticTokensReloadFailed")]
    private static partial void LogReloadFailed(ILogger logger, string reason);
}
