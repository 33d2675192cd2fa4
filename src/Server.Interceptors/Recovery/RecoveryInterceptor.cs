using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>Turns every exception of a handler into a status that is safe to send to the caller.</summary>
/// <remarks>
/// <para>An <see cref="RpcException"/> that the handler throws keeps its status and trailers. After the caller has stopped waiting the
/// status is DeadlineExceeded or Cancelled. Any other exception becomes what <see cref="RecoveryOptions"/> maps it to, or Internal with a
/// fixed text and the trace id. Callers read nothing of the exception.</para>
/// <para>A converted exception is logged once and in full: at Error where the server is at fault (Unknown, DeadlineExceeded, Unimplemented,
/// Internal, Unavailable, DataLoss), else at Information, as it is after the caller has stopped waiting.</para>
/// <para>A wrapper around one exception is treated as that exception. An AggregateException of several is Internal unless it is mapped
/// itself. An RpcException whose status is OK or not a gRPC code is Internal. Trailers that HTTP can't carry are dropped and logged,
/// because they would replace the status by an HTTP 500. Exceptions of a broken process (<see cref="OutOfMemoryException"/>,
/// <see cref="StackOverflowException"/>, <see cref="AccessViolationException"/>) pass untouched.</para>
/// </remarks>
public sealed partial class RecoveryInterceptor : ServerInterceptor
{
    private readonly ILogger _logger;
    private readonly StatusMapping _mapping;
    private readonly ResponseLimiter _limiter;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Logs the exceptions; may be null.</param>
    /// <param name="options">The mappings; the defaults if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public RecoveryInterceptor(ILogger<RecoveryInterceptor>? logger = null, IOptions<RecoveryOptions>? options = null)
    {
        _logger = logger is null ? NullLogger.Instance : new NonThrowingLogger(logger);
        _mapping = options?.Value.Mapping ?? StatusMapping.Default;
        _limiter = new ResponseLimiter(_mapping.MaxTrailerBytes, _logger);
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (error is null)
        {
            // A context that gRPC's server did not create has no response that could break.
            if (call.Http is not null)
                _limiter.Limit(call);
            return null;
        }
        var cause = RootException.Of(error);
        // Last, because a mapping can set trailers, too.
        return RootException.IsFatal(cause) ? error : _limiter.Limit(call, Answer(call, error, cause));
    }

    private RpcException Answer(ServerCall call, Exception error, Exception cause)
    {
        var failure = cause as RpcException;
        if (failure is not null && !StatusText.IsFailure(failure.StatusCode))
            failure = null;
        var isOutgoing = failure is not null
            && _mapping.OutgoingFailures != OutgoingFailureHandling.PassThrough && OutgoingFailure.Is(failure);
        if (failure is not null && !isOutgoing)
            return failure;

        // Whatever the handler threw then, it threw because nobody waits any more, or because the server is about to stop.
        var isStopped = (cause is OperationCanceledException || failure?.StatusCode == StatusCode.Cancelled)
            && ServerShutdown.HasBegun(call);
        if (call.IsCancelled || isStopped)
            return Stopped(call, error, call.IsCancelled ? call.CancelledStatus() : ServerShutdown.Status);

        return Mapped(call, error, cause, _mapping.Of(cause, isOutgoing ? failure : null, call));
    }

    private RpcException Stopped(ServerCall call, Exception error, Status status)
    {
        if (status.StatusCode == StatusCode.Unavailable)
            LogStopped(_logger, call.Method, call.TraceId, error);
        else
            LogCancelled(_logger, call.Method, call.TraceId, error);
        return new RpcException(status);
    }

    private RpcException Mapped(ServerCall call, Exception error, Exception cause, MappedStatus mapped)
    {
        var whole = mapped.Thrown is { } thrown
            ? new AggregateException("The handler threw, and so did the mapping.", error, thrown)
            : error;
        Log(call, mapped.Status.StatusCode, whole);
        if (mapped.Problem is { } problem)
            LogMappingFailed(_logger, cause.GetType(), problem, call.Method, call.TraceId);
        var status = DetailedErrors.AreOn(call) ? DetailedErrors.Add(mapped.Status, cause) : mapped.Status;
        return new RpcException(status, Trailers(call, mapped with { Status = status }));
    }

    /// <summary>The details of a mapped status, if there are any and the response can carry them.</summary>
    private Metadata Trailers(ServerCall call, MappedStatus mapped)
    {
        var others = call.Context.ResponseTrailers;
        // Those of the handler belong to a status that it did not come to; clients refuse two, or one that differs from the status.
        Remove(others, FailureTrailers.DetailsKey);
        if (mapped.Details is not { } details)
            return Metadata.Empty;
        var bytes = FailureTrailers.SizeOfDetails(details);
        if (bytes + FailureTrailers.SizeWith(mapped.Status, others) <= _mapping.MaxTrailerBytes)
            return new Metadata { { FailureTrailers.DetailsKey, details } };
        LogDetailsDropped(_logger, call.Method, bytes, _mapping.MaxTrailerBytes, call.TraceId);
        return Metadata.Empty;
    }

    private void Log(ServerCall call, StatusCode code, Exception error)
    {
        var method = call.Method;
        if (code == StatusCode.Cancelled)
            LogCancelled(_logger, method, call.TraceId, error);
        else if (ServerTimingInterceptor.IsServerError(code))
            LogFailed(_logger, method, call.TraceId, error);
        else
            LogRefused(_logger, method, code, call.TraceId, error);
    }

    private static void Remove(Metadata trailers, string key)
    {
        while (trailers.Get(key) is { } entry)
            trailers.Remove(entry);
    }
}
