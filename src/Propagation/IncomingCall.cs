using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The call that is being handled, published by the server's trace interceptor for everything that runs on its behalf,
/// <c>Task.Run</c> included. The client side reads it to join. Nothing else here is ambient.
/// </summary>
public sealed class IncomingCall
{
    private static readonly AsyncLocal<IncomingCall?> Ambient = new();
    private static readonly DateTime Never = DateTime.MaxValue;

    // Half the size of a nullable one: there is one for each call.
    private readonly DateTime _deadline;

    // The metadata, or where they can still be read.
    private object _metadata;

    /// <summary>Describes an incoming call.</summary>
    /// <param name="metadata">The request metadata as received.</param>
    /// <param name="traceId">The call's trace id, already checked.</param>
    /// <param name="deadline">When the caller stops waiting, in UTC; null if it waits for ever.</param>
    /// <exception cref="ArgumentException"><paramref name="traceId"/> is not valid (<see cref="TraceId.IsValid"/>).</exception>
    public IncomingCall(Metadata metadata, string traceId, DateTime? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!Propagation.TraceId.IsValid(traceId))
            throw new ArgumentException("The trace id is not valid; make one with TraceId.Resolve.", nameof(traceId));
        _metadata = metadata;
        TraceId = traceId;
        _deadline = deadline ?? Never;
    }

    /// <summary>For what has been checked already; a deadline of <see cref="DateTime.MaxValue"/> is none.</summary>
    internal IncomingCall(DateTime deadline, string traceId, Metadata metadata)
        : this(deadline, traceId) => _metadata = metadata;

    /// <summary>The same, with metadata that are made when somebody asks for them.</summary>
    internal IncomingCall(DateTime deadline, string traceId, IRequestHeaders headers)
        : this(deadline, traceId) => _metadata = headers;

    private IncomingCall(DateTime deadline, string traceId)
    {
        _metadata = Metadata.Empty;
        TraceId = traceId;
        _deadline = deadline;
    }

    /// <summary>
    /// The call that the running code handles; null outside of one. Set by the server's trace interceptor, for the rest of the
    /// asynchronous method that sets it and all that it starts. Set it yourself where work arrives another way, such as
    /// from a queue.
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
    public Metadata Metadata => _metadata as Metadata ?? Read();

    /// <summary>The call's trace id; always valid.</summary>
    public string TraceId { get; }

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => _deadline == Never ? null : _deadline;

    /// <summary>To be called while the request is still there: work that outlives it finds what may join, and no other request's headers.</summary>
    /// <param name="traceKey">The key of the trace id, which needs no joining.</param>
    internal void EndRequest(string traceKey)
    {
        if (_metadata is not IRequestHeaders)
            return;
        lock (this)
        {
            if (_metadata is IRequestHeaders headers)
                Volatile.Write(ref _metadata, headers.MayJoin(traceKey) ? headers.Read() : Metadata.Empty);
        }
    }

    // Tasks of the handler may ask at the same time, and while the request ends.
    private Metadata Read()
    {
        lock (this)
        {
            if (_metadata is IRequestHeaders headers)
                Volatile.Write(ref _metadata, headers.Read());
            return (Metadata)_metadata;
        }
    }
}
