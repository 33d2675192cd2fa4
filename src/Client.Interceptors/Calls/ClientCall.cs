using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// An observed call, from its start to its one end. What a call's end is, by kind: a unary or client streaming call ends
/// with its response; a call that streams responses ends when reading says so or fails. All of them end when they are disposed, and
/// a stream that its caller abandoned ends with its cancellation, its deadline, or at the latest when it is collected: it is disposed then,
/// and its handler stops. So keep a reference to a stream that is to go on: its call, its response stream or, where requests are streamed
/// and not complete yet, its request stream. Valid only during the interceptor's method: copy what is needed later.
/// </summary>
public readonly ref struct ClientCall
{
    private readonly ref CallState _state;

    internal ClientCall(ref CallState state) => _state = ref state;

    /// <summary>The method that is called.</summary>
    public IMethod Method => _state.Method;

    /// <summary>The host that the caller chose; null for the channel's own.</summary>
    public string? Host => _state.Host;

    /// <summary>The metadata that was sent, as far as this interceptor knows it; null if none. Not to be written to.</summary>
    public Metadata? Headers => _state.Headers;

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline => _state.Deadline;

    /// <summary>The call credentials; null if there are none.</summary>
    public CallCredentials? Credentials => _state.Credentials;

    /// <summary>What the call waited for before it was sent; null if for nothing.</summary>
    internal PreparingCall? Preparing => _state.Preparing;

    /// <summary>What was noted of the call on its way; null if nobody is to read it.</summary>
    internal CallNotes? Notes => _state.Notes;

    /// <summary>When the call began, as a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public long StartTimestamp => _state.StartTimestamp;

    /// <summary>How long the call took; zero before its end.</summary>
    public TimeSpan Elapsed => _state.Elapsed;

    /// <summary>How the call ended; <see cref="Status.DefaultSuccess"/> before its end.</summary>
    public Status Status => _state.Status;

    /// <summary>
    /// The request messages that were handed to the transport. One that it refused at once, such as after the end of the requests or during
    /// another write, is none.
    /// </summary>
    public int MessagesSent => Volatile.Read(ref _state.Sent);

    /// <summary>The response messages that the caller has received.</summary>
    public int MessagesReceived => Volatile.Read(ref _state.Received);

    /// <summary>Gives the exception that the caller gets an explanation.</summary>
    internal void ExplainBy(CallExplanation explanation) => _state.Explanation = explanation;

    /// <summary>Changes the metadata of a unary call that is about to be sent again.</summary>
    internal void Use(Metadata headers) => _state.Headers = headers;
}
