using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EtcdTls
{
    [LoggerMessage(3030, LogLevel.Information, "The certificate files have changed and are used from now on",
        EventName = "CertificatesRenewed")]
    private static partial void LogRenewed(ILogger logger);

    [LoggerMessage(3031, LogLevel.Warning,
        "The certificate files have changed and can't be used; the last good ones stay in use: {Problem}",
        EventName = "CertificatesNotRenewed")]
    private static partial void LogNotRenewed(ILogger logger, string problem);
}
