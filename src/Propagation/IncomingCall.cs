using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// The call that is being handled, published by the server's trace interceptor for everything that runs on its behalf,
/// <c>Task.Run</c> included. The client side reads it to join. Nothing else here is ambient.
/// </summary>
public sealed class IncomingCall
{
    private static readonly AsyncLocal<IncomingCall?> Ambient = new();

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
        Deadline = deadline;
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
    public DateTime? Deadline { get; }
}
