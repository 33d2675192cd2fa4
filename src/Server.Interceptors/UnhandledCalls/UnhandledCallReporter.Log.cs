using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class UnhandledCallReporter
{
    private static readonly EventId UnhandledCallEnded = new(2351, nameof(UnhandledCallEnded));

    private static void LogEnded(
        ILogger logger, LogLevel level, string method, StatusCode status, int httpStatus, TimeSpan elapsed, string? peer)
    {
        var time = elapsed.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture);
        new CallLogLine($"Answered {method} without its handler: {status} (HTTP {httpStatus}) in {time} ms")
            .With("Method", method)
            .With("Status", status)
            .With("HttpStatus", httpStatus)
            .With("ElapsedMilliseconds", elapsed.TotalMilliseconds)
            .With("Peer", peer, "peer")
            .With("Started", TimeProvider.System.GetUtcNow().UtcDateTime - elapsed, "started")
            .Write(logger, level, UnhandledCallEnded);
    }
}
