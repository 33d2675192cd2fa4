using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Server;

/// <summary>
/// Turns every exception of a handler into a clean status. An <see cref="RpcException"/> passes as it is; once the caller has
/// stopped waiting the status is DeadlineExceeded or Cancelled, and a cancellation within the server is Cancelled; all else
/// is Internal with a fixed text and the trace id, nothing of the exception. What was converted is logged once, with the whole exception.
/// </summary>
public sealed partial class RecoveryInterceptor : ServerInterceptor
{
    private readonly ILogger _logger;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Gets the exceptions; may be null.</param>
    public RecoveryInterceptor(ILogger<RecoveryInterceptor>? logger = null) =>
        _logger = logger ?? NullLogger<RecoveryInterceptor>.Instance;

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        switch (error)
        {
            // Nothing can be promised about a process that has no memory left: its end must not look like a failed call.
            case null or RpcException or OutOfMemoryException:
                return error;

            // Whatever the handler threw then, it threw because nobody waits any more.
            case not null when call.IsCancelled:
                LogCancelled(call.Context.Method, call.TraceId, error);
                return new RpcException(call.CancelledStatus());

            case OperationCanceledException:
                LogCancelled(call.Context.Method, call.TraceId, error);
                return new RpcException(call.StatusOf(error));

            default:
                LogFailed(call.Context.Method, call.TraceId, error);
                return new RpcException(new Status(StatusCode.Internal, FixedText(call.TraceId)));
        }
    }

    private static string FixedText(string? traceId) =>
        traceId is null ? "The server failed to handle the call." : $"The server failed to handle the call. Trace id: {traceId}";
}
