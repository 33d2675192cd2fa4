using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class ServerTimingInterceptor
{
    private static readonly EventId CallEnded = new(2101, nameof(CallEnded));
    private static readonly EventId CallStarted = new(2102, nameof(CallStarted));

    private static void LogStarted(ILogger logger, ServerCall call) =>
        new CallLogLine($"Handling {call.Method} ({call.Kind})")
            .With("Method", call.Method)
            .With("Kind", call.Kind)
            .With("Peer", call.Context.Peer, "peer")
            .With("Deadline", call.Deadline, "deadline")
            .With("TraceId", call.TraceId, "trace id")
            .Write(logger, LogLevel.Debug, CallStarted);

    private static string? SafePrincipal(ServerCall call) =>
        call.Context.GetHttpContext().User.Identity?.Name is { } name ? SafeText.Of(name) : null;

    private void LogEnded(LogLevel level, ServerCall call, Status status, TimeSpan elapsed)
    {
        var received = call.Kind is MethodType.Unary or MethodType.ServerStreaming ? 1 : call.Messages?.Received ?? 0;
        var sent = call.Kind is MethodType.Unary or MethodType.ClientStreaming
            ? status.StatusCode == StatusCode.OK ? 1 : 0
            : call.Messages?.Sent ?? 0;
        var time = elapsed.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture);
        var line = new CallLogLine(
            $"Handled {call.Method} ({call.Kind}): {status.StatusCode} in {time} ms, received {received}, sent {sent}")
            .With("Method", call.Method)
            .With("Kind", call.Kind)
            .With("Status", status.StatusCode)
            .With("ElapsedMilliseconds", elapsed.TotalMilliseconds)
            .With("Received", received)
            .With("Sent", sent);
        if (_logPrincipal)
            line.With("Principal", SafePrincipal(call), "of");
        line.With("Peer", call.Context.Peer, "peer")
            .With("Started", TimeProvider.System.GetUtcNow().UtcDateTime - elapsed, "started")
            .With("Deadline", call.Deadline, "deadline")
            .With("TraceId", call.TraceId, "trace id")
            .With("Detail", SafeText.Of(status.Detail), "detail")
            .Write(_logger, level, CallEnded);
    }
}
