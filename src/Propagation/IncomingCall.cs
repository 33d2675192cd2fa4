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
        Metadata = metadata;
        TraceId = traceId;
        _deadline = deadline ?? Never;
    }

    /// <summary>For what has been checked already; a deadline of <see cref="DateTime.MaxValue"/> is none.</summary>
    internal IncomingCall(DateTime deadline, string traceId, Metadata metadata)
    {
        Metadata = metadata;
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

    /// <summary>The request metadata as received. Not to be written to.</summary>
    public Metadata Metadata { get; }

    /// <summary>The call's trace id; always valid.</summary>
    public string TraceId { get; }

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => _deadline == Never ? null : _deadline;
}
