using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>One call on the server. All interceptors of a group share this object.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposed with the call's resources.")]
public sealed class ServerCall : IRequestHeaders
{
    private IDisposable? _resources;
    private string? _method;
    private EarlyEnd? _earlyEnd;

    internal ServerCall(ServerCallContext context, MethodType kind)
    {
        Context = context;
        Kind = kind;
        StartTimestamp = TimeProvider.System.GetTimestamp();
    }

    /// <summary>gRPC's own view of the call.</summary>
    public ServerCallContext Context { get; }

    /// <summary>
    /// The full name of the method as its service declares it, <c>/pkg.Service/Method</c>. The name in <see cref="Context"/> is what the
    /// caller wrote, which may differ in letter case.
    /// </summary>
    public string Method => _method ??= DeclaredMethodName.NameOf(Context);

    /// <summary>Which of the four kinds of method is called.</summary>
    public MethodType Kind { get; }

    /// <summary>When the call arrived here, as a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public long StartTimestamp { get; }

    /// <summary>How long the call has taken so far.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(StartTimestamp);

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => Context.Deadline == DateTime.MaxValue ? null : Context.Deadline;

    /// <summary>The call's trace id: the ambient one, else the current Activity's, else null.</summary>
    public string? TraceId => (Incoming ?? IncomingCall.Current)?.TraceId ?? Activity.Current?.TraceId.ToHexString();

    /// <summary>Whether the caller has stopped waiting: it cancelled, went away, or its deadline passed.</summary>
    // gRPC's server answers a passed deadline first and cancels the token then: what the handler writes meanwhile fails.
    public bool IsCancelled => Context.CancellationToken.IsCancellationRequested
        || (Context.Status.StatusCode == StatusCode.DeadlineExceeded && Context.Deadline != DateTime.MaxValue);

    /// <summary>Disposes a resource when the call has ended, after all interceptors; last in, first out.</summary>
    /// <param name="resource">The resource; null is ignored.</param>
    public void DisposeAtEnd(IDisposable? resource)
    {
        if (resource is not null)
            _resources = _resources is null ? resource : new ChainedDisposable(resource, _resources);
    }

    /// <summary>
    /// The status with which the call ends. If the caller has stopped waiting it is DeadlineExceeded or Cancelled, whatever the handler
    /// did afterwards.
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

    /// <summary>The ambient call that the trace interceptor has set; null without that interceptor.</summary>
    internal IncomingCall? Incoming { get; set; }

    /// <summary>The request headers as received; null for a context that gRPC's server did not create.</summary>
    internal IHeaderDictionary? RequestHeaders => Http?.Request.Headers;

    /// <summary>
    /// Whether the caller speaks gRPC. JSON transcoding runs the same handlers for others, with streams that have no write options.
    /// </summary>
    internal bool IsGrpc => Http is not { } http || GrpcRequest.Is(http.Request);

    /// <summary>The request; null for a context that gRPC's server did not create.</summary>
    internal HttpContext? Http => Context is IServerCallContextFeature ? Context.GetHttpContext() : null;

    /// <summary>Tracks the call's messages; null if no interceptor needs it.</summary>
    internal MessageTracker? Messages { get; private set; }

    /// <summary>How many of the steps have started and not ended yet.</summary>
    internal int Started { get; set; }

    /// <summary>The status of a call whose caller has stopped waiting.</summary>
    internal Status CancelledStatus() =>
        Context.Status.StatusCode == StatusCode.DeadlineExceeded ? AbortedCallStatus.Deadline
            : AbortedCallStatus.Of(Http, Context.Deadline, Elapsed);

    /// <summary>
    /// Refuses a call whose deadline has passed while it waited, in a queue of the kit or for a thread: its caller has gone.
    /// </summary>
    internal void RefuseIfExpired()
    {
        if (Context.Deadline != DateTime.MaxValue && Context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime)
            throw new RpcException(AbortedCallStatus.Deadline);
    }

    /// <summary>Turns message tracking on; before the handler runs.</summary>
    internal MessageTracker TrackMessages() => Messages ??= new MessageTracker();

    /// <summary>What the handler gets.</summary>
    internal ServerCallContext HandlerContext => _earlyEnd?.Context ?? Context;

    /// <summary>With what a step has ended the call while its handler ran; null if none has.</summary>
    internal Status? EarlyStatus => _earlyEnd?.Status;

    /// <summary>Lets a step end the call while its handler runs; before the handler runs.</summary>
    internal EarlyEnd Endable()
    {
        if (_earlyEnd is null)
            DisposeAtEnd(_earlyEnd = new EarlyEnd(Context));
        return _earlyEnd;
    }

    internal IAsyncStreamReader<TRequest> Watched<TRequest>(IAsyncStreamReader<TRequest> requests)
        where TRequest : class
    {
        if (_earlyEnd is not null)
            requests = new EndableRequestStream<TRequest>(requests, _earlyEnd);
        return Messages is null ? requests : new ObservedRequestStream<TRequest>(requests, Messages);
    }

    internal IServerStreamWriter<TResponse> Watched<TResponse>(IServerStreamWriter<TResponse> responses)
        where TResponse : class
    {
        if (_earlyEnd is not null)
            responses = new EndableResponseStream<TResponse>(responses, _earlyEnd);
        return Messages is null ? responses : new ObservedResponseStream<TResponse>(responses, Messages);
    }

    internal void DisposeResources() => _resources?.Dispose();

    CancellationToken IRequestHeaders.Aborted => HandlerContext.CancellationToken;

    int IRequestHeaders.PreviousAttempts => RequestMetadataReader.PreviousAttemptsOf(RequestHeaders!);

    bool IRequestHeaders.MayJoin(string exceptKey) => RequestMetadataReader.MayJoin(RequestHeaders!, exceptKey);

    Metadata IRequestHeaders.Read() => RequestMetadataReader.Of(RequestHeaders!);
}
