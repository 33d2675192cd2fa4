using Grpc.Core.Internal;

namespace Grpc.Core;

/// <summary>What a client asks of one call. Immutable: each <c>With</c> method returns a changed copy.</summary>
public struct CallOptions
{
    /// <summary>Options for a call; what isn't given has the channel's default.</summary>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
        Flags = default;
    }

    /// <summary>The request's headers.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>When the call fails unless it is done, in UTC; null means never.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>How the request's messages are written.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>Ties the call to the one that is being served.</summary>
    public ContextPropagationToken? PropagationToken { get; private set; }

    /// <summary>Credentials for this call, besides the channel's.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>Whether the call waits for a connection rather than failing without one.</summary>
    public bool IsWaitForReady => Flags.HasFlag(CallFlags.WaitForReady);

    internal CallFlags Flags { get; private set; }

    /// <summary>A copy with these headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>A copy with this deadline.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>A copy with this token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    /// <summary>A copy with these write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>A copy with this propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) =>
        this with { PropagationToken = propagationToken };

    /// <summary>A copy with these credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>A copy that waits for a connection, or doesn't.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) =>
        WithFlags(waitForReady ? Flags | CallFlags.WaitForReady : Flags & ~CallFlags.WaitForReady);

    internal CallOptions WithFlags(CallFlags flags) => this with { Flags = flags };
}
