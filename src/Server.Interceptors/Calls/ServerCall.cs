using System.Diagnostics;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>A call that is being handled, as the interceptors of a group share it.</summary>
public sealed class ServerCall : IRequestHeaders
{
    // A caller that gives up at its deadline resets the stream, with the same code as one that cancels. The server's own clock
    // for the deadline started later, by the time that the request took to arrive.
    private static readonly TimeSpan DeadlineTolerance = TimeSpan.FromMilliseconds(100);

    private IDisposable? _resources;
    private string? _method;

    internal ServerCall(ServerCallContext context, MethodType kind)
    {
        Context = context;
        Kind = kind;
        StartTimestamp = Stopwatch.GetTimestamp();
    }

    /// <summary>gRPC's own view of the call.</summary>
    public ServerCallContext Context { get; }

    /// <summary>
    /// The full name of the method as its service declares it, <c>/pkg.Service/Method</c>. Prefer it to that of <see cref="Context"/>, which repeats
    /// what the caller wrote: routing ignores letter case, so a method can be had under many names there.
    /// </summary>
    public string Method => _method ??= CalledMethod.NameOf(Context);

    /// <summary>Which of the four kinds of method is called.</summary>
    public MethodType Kind { get; }

    /// <summary>When the call arrived here, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long StartTimestamp { get; }

    /// <summary>How long the call has taken so far.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(StartTimestamp);

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => Context.Deadline == DateTime.MaxValue ? null : Context.Deadline;

    /// <summary>The call's trace id: the ambient one, else the current Activity's, else null.</summary>
    public string? TraceId => (Incoming ?? IncomingCall.Current)?.TraceId ?? Activity.Current?.TraceId.ToHexString();

    /// <summary>Whether the caller has stopped waiting: it cancelled, went away, or its deadline passed.</summary>
    // gRPC's server answers a passed deadline first and cancels the token then: what the handler writes meanwhile fails.
    public bool IsCancelled => Context.CancellationToken.IsCancellationRequested
        || (Context.Status.StatusCode == StatusCode.DeadlineExceeded && Context.Deadline != DateTime.MaxValue);

    /// <summary>Disposes something when the call has ended and all interceptors know it; last in, first out.</summary>
    /// <param name="resource">What to dispose; null is ignored.</param>
    public void DisposeAtEnd(IDisposable? resource)
    {
        if (resource is not null)
            _resources = _resources is null ? resource : new LaterResource(resource, _resources);
    }

    /// <summary>
    /// The status with which the call ends. A caller that has stopped waiting has its own: DeadlineExceeded or Cancelled,
    /// whatever the handler did afterwards.
    /// </summary>
    /// <param name="error">What the handler threw; null if it returned.</param>
    public Status StatusOf(Exception? error)
    {
        if (IsCancelled)
            return CancelledStatus();
        return error switch
        {
            null => Context.Status,
            RpcException rpc => rpc.Status,
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled by the server."),
            _ => new Status(StatusCode.Unknown, "The handler threw."),
        };
    }

    /// <summary>The call as the trace interceptor of the same group has published it; null if there is none.</summary>
    internal IncomingCall? Incoming { get; set; }

    /// <summary>As they came; null for a context that gRPC's server did not make, where only the context itself knows them.</summary>
    internal IHeaderDictionary? RequestHeaders => Context is IServerCallContextFeature ? Context.GetHttpContext().Request.Headers : null;

    /// <summary>What the interceptors want of the call's messages; null if nothing.</summary>
    internal CallMessages? Messages { get; private set; }

    /// <summary>How many of the steps have started and not ended yet.</summary>
    internal int Started { get; set; }

    /// <summary>Which of the two statuses a call has whose caller has stopped waiting.</summary>
    internal Status CancelledStatus() =>
        Context.Status.StatusCode == StatusCode.DeadlineExceeded || IsAtDeadline()
            ? new Status(StatusCode.DeadlineExceeded, "The deadline passed.")
            : new Status(StatusCode.Cancelled, "The caller cancelled the call or went away.");

    private bool IsAtDeadline()
    {
        if (Context.Deadline == DateTime.MaxValue)
            return false;
        var remaining = Context.Deadline - DateTime.UtcNow;
        return remaining <= DeadlineTolerance && remaining <= (remaining + Elapsed) / 3;
    }

    /// <summary>Asks to be told of the call's messages; before the handler runs.</summary>
    internal CallMessages WatchMessages() => Messages ??= new CallMessages();

    internal IAsyncStreamReader<TRequest> Watched<TRequest>(IAsyncStreamReader<TRequest> requests)
        where TRequest : class => Messages is null ? requests : new WatchedRequests<TRequest>(requests, Messages);

    internal IServerStreamWriter<TResponse> Watched<TResponse>(IServerStreamWriter<TResponse> responses)
        where TResponse : class => Messages is null ? responses : new WatchedResponses<TResponse>(responses, Messages);

    internal void DisposeResources() => _resources?.Dispose();

    bool IRequestHeaders.MayJoin(string exceptKey) => RequestMetadata.MayJoin(RequestHeaders!, exceptKey);

    Metadata IRequestHeaders.Read() => RequestMetadata.Of(RequestHeaders!);
}
