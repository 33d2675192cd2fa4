using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// A call that is about to be sent, as the preparing steps see and change it. All steps of a group share one: whichever
/// first writes metadata makes the one copy.
/// </summary>
public ref struct OutgoingCall
{
    private readonly ref CallState _state;

    internal OutgoingCall(ref CallState state) => _state = ref state;

    /// <summary>The method that is called.</summary>
    public readonly IMethod Method => _state.Method;

    /// <summary>The host that the caller chose; null for the channel's own.</summary>
    public readonly string? Host => _state.Host;

    /// <summary>The request message; null where requests are streamed.</summary>
    public readonly object? Request => _state.Request;

    /// <summary>Deadline, cancellation, credentials, write options and headers. To change headers use <see cref="EditHeaders"/>.</summary>
    public CallOptions Options
    {
        readonly get => _state.Options;
        set => _state.Options = value;
    }

    /// <summary>The metadata as it stands, to read; null if there is none. It may be the caller's own.</summary>
    public readonly Metadata? Headers => _state.Headers;

    /// <summary>As in <see cref="Options"/>, at less cost.</summary>
    internal DateTime? Deadline
    {
        readonly get => _state.Deadline;
        set => _state.Deadline = value;
    }

    /// <summary>As in <see cref="Options"/>, at less cost.</summary>
    internal CallCredentials? Credentials
    {
        readonly get => _state.Credentials;
        set => _state.Credentials = value;
    }

    /// <summary>As in <see cref="Options"/>, at less cost.</summary>
    internal readonly WriteOptions? WriteOptions => _state.WriteOptions;

    /// <summary>
    /// Chooses the write options of each message where requests are streamed: gets the message and what the caller chose for it. Null
    /// leaves them to the caller.
    /// </summary>
    internal Func<object?, WriteOptions?, WriteOptions?>? MessageWriteOptions
    {
        readonly get => _state.MessageWriteOptions;
        set => _state.MessageWriteOptions = value;
    }

    /// <summary>What the call waits for before it is sent; null if for nothing.</summary>
    internal readonly PreparingCall? Preparing => _state.Preparing;

    /// <summary>
    /// The trace id for Activities that the call starts without a parent; see <see cref="Propagation.RootTraceId"/>. Null leaves them
    /// alone.
    /// </summary>
    internal string? RootTraceId
    {
        readonly get => _state.RootTraceId;
        set => _state.RootTraceId = value;
    }

    /// <summary>Cancels the call, too, when the call being handled is over.</summary>
    internal void CancelWith(Propagation.IncomingCall incoming) => _state.CancelWith(incoming);

    /// <summary>The metadata to write to: a copy, made once a call, because the caller's own may be shared by many calls.</summary>
    public Metadata EditHeaders() => _state.EditHeaders();
}
