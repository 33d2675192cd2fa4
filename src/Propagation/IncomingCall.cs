using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The call that the current code is handling. The server's trace interceptor sets it for everything that runs for the call,
/// <c>Task.Run</c> included; client interceptors read it to join metadata, trace id and deadline.
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

    /// <summary>Describes an incoming call whose metadata is made when somebody asks for it.</summary>
    /// <param name="headers">Where the metadata can be read until <see cref="EndRequest"/>.</param>
    /// <param name="traceId">The call's trace id, already checked.</param>
    /// <param name="deadline">When the caller stops waiting, in UTC; <see cref="DateTime.MaxValue"/> if it waits for ever.</param>
    /// <exception cref="ArgumentException"><paramref name="traceId"/> is not valid (<see cref="TraceId.IsValid"/>).</exception>
    public IncomingCall(IRequestHeaders headers, string traceId, DateTime deadline)
        : this(Metadata.Empty, traceId, deadline)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _metadata = headers;
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

    /// <summary>
    /// Reads what may still be needed, and lets go of the request. Whoever published the call calls it at the request's end: work that
    /// outlives the request then finds what may join, and never another request's headers.
    /// </summary>
    /// <param name="traceKey">The key of the trace id in lower case, which needs no joining.</param>
    public void EndRequest(string traceKey)
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
