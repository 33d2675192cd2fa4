using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The call that the current code is handling. The server's trace interceptor sets it for everything that runs for the call,
/// <c>Task.Run</c> included; client interceptors read it to join metadata, trace id, deadline and cancellation.
/// </summary>
/// <example>
/// What arrives another way than by gRPC sets it with one line: an HTTP request
/// <c>app.Use(async (context, next) => { using var call = IncomingCall.Begin(context.RequestAborted); await next(context); });</c>,
/// background work <c>using var call = IncomingCall.Begin(stoppingToken);</c>.
/// </example>
[SuppressMessage("Design", "CA1001", Justification = "The source is neither linked nor timed, so there is nothing to dispose.")]
public sealed class IncomingCall
{
    private static readonly AsyncLocal<IncomingCall?> Ambient = new();
    private static readonly DateTime Never = DateTime.MaxValue;

    // Half the size of a nullable one: there is one for each call.
    private readonly DateTime _deadline;

    // Where the rest can still be read.
    private IRequestHeaders? _request;
    private Metadata? _metadata;
    private CallerCancellation? _cancellation;
    private int _previousAttempts;

    /// <summary>Describes an incoming call.</summary>
    /// <param name="metadata">The request metadata as received.</param>
    /// <param name="traceId">The call's trace id, already checked.</param>
    /// <param name="deadline">When the caller stops waiting, in UTC; null if it waits for ever.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away. Default: never.</param>
    /// <exception cref="ArgumentException"><paramref name="traceId"/> is not valid (<see cref="TraceId.IsValid"/>).</exception>
    public IncomingCall(Metadata metadata, string traceId, DateTime? deadline = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!Propagation.TraceId.IsValid(traceId))
            throw new ArgumentException("The trace id is not valid; make one with TraceId.Resolve.", nameof(traceId));
        _metadata = metadata;
        TraceId = traceId;
        _deadline = deadline ?? Never;
        if (cancellationToken.CanBeCanceled)
            _cancellation = new CallerCancellation(cancellationToken);
    }

    /// <summary>Describes an incoming call whose metadata is made when somebody asks for it.</summary>
    /// <param name="headers">Where the metadata can be read until <see cref="EndRequest"/>.</param>
    /// <param name="traceId">The call's trace id, already checked.</param>
    /// <param name="deadline">When the caller stops waiting, in UTC; <see cref="DateTime.MaxValue"/> if it waits for ever.</param>
    /// <exception cref="ArgumentException"><paramref name="traceId"/> is not valid (<see cref="TraceId.IsValid"/>).</exception>
    public IncomingCall(IRequestHeaders headers, string traceId, DateTime deadline)
        : this(Metadata.Empty, traceId, deadline)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _metadata = null;
        _request = headers;
    }

    /// <summary>
    /// The call that the running code handles; null outside of one. Set by the server's trace interceptor, for the rest of the
    /// asynchronous method that sets it and all that it starts. Where work arrives another way, such as an HTTP request or from a queue,
    /// set it with <see cref="Begin"/>.
    /// </summary>
    public static IncomingCall? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>
    /// The request metadata as received. Not to be written to. Where nobody asked for them before the handler ended they may be empty
    /// afterwards, if none of them could join another call (<see cref="MetadataAllowList"/>).
    /// </summary>
    public Metadata Metadata => Volatile.Read(ref _metadata) ?? Read();

    /// <summary>The call's trace id; always valid.</summary>
    public string TraceId { get; }

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => _deadline == Never ? null : _deadline;

    /// <summary>
    /// Cancelled when the caller goes away while the call is handled, and never after its end: what goes on then was started on purpose.
    /// </summary>
    public CancellationToken CancellationToken => (Volatile.Read(ref _cancellation) ?? Watch())?.Token ?? CancellationToken.None;

    /// <summary>
    /// How often the caller has sent this call before (<c>grpc-previous-rpc-attempts</c>, gRFC A6); 0 for a first attempt, and after the
    /// end of the request. What is done for a call that is itself a retry is not retried further down.
    /// </summary>
    public int PreviousAttempts => _request?.PreviousAttempts ?? _previousAttempts;

    /// <summary>Begins to handle work that arrived another way than by gRPC: an HTTP request, a message from a queue, a timer.</summary>
    /// <param name="cancellationToken">Cancelled when nobody waits for the work any more; ends the calls that are made for it.</param>
    /// <param name="deadline">When nobody waits any more, in UTC; null for no such time.</param>
    /// <param name="traceId">The trace id as received; null or an invalid one gives that of the current Activity, or a new one.</param>
    /// <param name="metadata">What may join outgoing calls; null for none.</param>
    /// <returns>Ends the work when it is disposed; what was current before is current again.</returns>
    [SuppressMessage("Design", "CA1068", Justification = "The token is what nearly everybody gives.")]
    public static IDisposable Begin(
        CancellationToken cancellationToken = default, DateTime? deadline = null, string? traceId = null, Metadata? metadata = null) =>
        new IncomingCallScope(
            new IncomingCall(metadata ?? Metadata.Empty, Propagation.TraceId.Resolve(traceId), deadline, cancellationToken), ends: true);

    /// <summary>
    /// For calls that go on when their handler's caller has gone away, or its deadline has passed: those made until the result is disposed
    /// keep trace id and joined metadata only. <c>using (IncomingCall.Detach()) _ = audit.WriteAsync(entry);</c>
    /// </summary>
    public static IDisposable Detach() => new IncomingCallScope(Current?.Detached(), ends: false);

    /// <summary>
    /// Whether a token is that of the request, so that it is cancelled together with <see cref="CancellationToken"/>.
    /// </summary>
    /// <param name="token">The token, such as the one that a handler passed on.</param>
    public bool IsCancelledWith(CancellationToken token) =>
        token.CanBeCanceled && (Volatile.Read(ref _cancellation)?.Covers(token) ?? (_request is { } request && token == request.Aborted));

    /// <summary>
    /// Reads what may still be needed, and lets go of the request. Whoever published the call calls it at the request's end: work that
    /// outlives the request then finds what may join, and never another request's headers or cancellation.
    /// </summary>
    /// <param name="traceKey">The key of the trace id in lower case, which needs no joining.</param>
    public void EndRequest(string traceKey)
    {
        if (_request is null && _cancellation is null)
            return;
        lock (this)
        {
            _cancellation?.Detach();
            if (_request is not { } request)
                return;
            if (_metadata is null)
                Volatile.Write(ref _metadata, request.MayJoin(traceKey) ? request.Read() : Metadata.Empty);
            _request = null;
        }
    }

    // Tasks of the handler may ask at the same time, and while the request ends.
    private Metadata Read()
    {
        lock (this)
        {
            if (_metadata is null)
                Volatile.Write(ref _metadata, _request!.Read());
            return _metadata;
        }
    }

    private CallerCancellation? Watch()
    {
        if (_request is null)
            return null;
        lock (this)
        {
            if (_cancellation is null && _request?.Aborted is { CanBeCanceled: true } aborted)
                Volatile.Write(ref _cancellation, new CallerCancellation(aborted));
            return _cancellation;
        }
    }

    private IncomingCall Detached() => new(Metadata, TraceId) { _previousAttempts = PreviousAttempts };
}
