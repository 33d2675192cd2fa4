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

    /// <summary>Creates the interceptor.</summary>
    /// <param name="logger">Logs the exceptions; may be null.</param>
    /// <param name="options">The mappings; the defaults if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public RecoveryInterceptor(ILogger<RecoveryInterceptor>? logger = null, IOptions<RecoveryOptions>? options = null)
    {
        _logger = logger is null ? NullLogger.Instance : new NonThrowingLogger(logger);
        _mapping = options?.Value.Mapping ?? StatusMapping.Default;
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        return error is null ? null : Recovered(call, error);
    }

    private Exception Recovered(ServerCall call, Exception error)
    {
        var cause = RootException.Of(error);
        if (RootException.IsFatal(cause))
            return error;

        var answer = Answer(call, error, cause);
        // Last, because a mapping can set some, too.
        DropUnsendable(call, call.Context.ResponseTrailers);
        return answer;
    }

    private RpcException Answer(ServerCall call, Exception error, Exception cause)
    {
        if (cause is RpcException refusal && StatusText.IsFailure(refusal.StatusCode))
            return Sendable(call, refusal);

        // Whatever the handler threw then, it threw because nobody waits any more.
        if (call.IsCancelled)
        {
            Log(call, StatusCode.Cancelled, error);
            return new RpcException(call.CancelledStatus());
        }

        var mapped = _mapping.Of(cause, call);
        var whole = mapped.Thrown is { } thrown ? new AggregateException("The handler threw, and so did the mapping.", error, thrown)
            : error;
        Log(call, mapped.Status.StatusCode, whole);
        if (mapped.Problem is { } problem)
            LogMappingFailed(_logger, cause.GetType(), problem, call.Method, call.TraceId);
        return new RpcException(mapped.Status, Trailers(call, mapped));
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

    /// <summary>The exception itself, or one of the same status without what can't be sent.</summary>
    private RpcException Sendable(ServerCall call, RpcException refusal)
    {
        foreach (var entry in refusal.Trailers)
        {
            if (FailureTrailers.IsSendable(entry))
                continue;
            var trailers = refusal.Trailers.Copy();
            DropUnsendable(call, trailers);
            return new RpcException(refusal.Status, trailers);
        }
        return refusal;
    }

    private void DropUnsendable(ServerCall call, Metadata trailers)
    {
        for (var i = trailers.Count - 1; i >= 0; i--)
        {
            if (FailureTrailers.IsSendable(trailers[i]))
                continue;
            LogTrailerDropped(_logger, trailers[i].Key, call.Method, call.TraceId);
            trailers.RemoveAt(i);
        }
    }

    private static void Remove(Metadata trailers, string key)
    {
        while (trailers.Get(key) is { } entry)
            trailers.Remove(entry);
    }
}
