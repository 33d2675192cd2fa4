using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class ClientCompressionInterceptor
{
    [LoggerMessage(1401, LogLevel.Information,
        "A server of {Service} does not take gzip; requests to it go uncompressed for the next minutes (ClientCompressionOptions.ExcludedMethods for always)",
        EventName = "GzipRefused")]
    private partial void LogRefused(string service);
}
