using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class ConfiguredTokens
{
    [LoggerMessage(2211, LogLevel.Information, "The access tokens were read anew; there are {Count}", EventName = "StaticTokensReloaded")]
    private partial void LogReloaded(int count);

    [LoggerMessage(2212, LogLevel.Error, "The access tokens were changed to something wrong, and stay as they were: {Reason}",
        EventName = "StaticTokensReloadFailed")]
    private partial void LogReloadFailed(string reason);
}
