namespace Interceptors.Client;

/// <summary>
/// The deadlines of calls whose caller sets none, and how the incoming call bounds the outgoing calls that its handler makes.
/// </summary>
public sealed class DeadlineOptions
{
    /// <summary>The time that a call gets if its caller set no deadline; positive. Null sets none. Default: null.</summary>
    public TimeSpan? Default { get; set; }

    /// <summary>
    /// The same for a method (<c>pkg.Service/Method</c>) or a service (<c>pkg.Service</c>), in place of <see cref="Default"/>;
    /// the more specific wins. Each positive; <see cref="Timeout.InfiniteTimeSpan"/> exempts what it names. Letter case
    /// matters, as it does in gRPC. Default: empty.
    /// </summary>
    public IDictionary<string, TimeSpan> Methods { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>
    /// Whether <see cref="Default"/> and the times of services hold for streams too. A stream's deadline bounds its whole life,
    /// and many are meant to live on (watches, subscriptions), so that a time chosen with unary calls in mind would cut them
    /// off. A method that <see cref="Methods"/> names gets its time whatever its kind. Default: false.
    /// </summary>
    public bool IncludeStreams { get; set; }

    /// <summary>
    /// Whether an outgoing call, stream or not, gets no later deadline than the incoming call
    /// (<see cref="Propagation.IncomingCall.Current"/>). <see cref="Propagation.IncomingCall.Detach"/> exempts single calls, for work that
    /// goes on after its handler. Default: true.
    /// </summary>
    public bool CapByIncomingCall { get; set; } = true;

    /// <summary>
    /// Whether an outgoing call, stream or not, is cancelled when the incoming call is cancelled while its handler runs, over any number
    /// of hops. <see cref="Propagation.IncomingCall.Detach"/> exempts single calls. Default: true.
    /// </summary>
    public bool CancelWithIncomingCall { get; set; } = true;

    /// <summary>
    /// How much earlier than the incoming call's deadline an outgoing call ends, so that the handler can still answer after a failure;
    /// zero or more. Default: zero.
    /// </summary>
    public TimeSpan IncomingReserve { get; set; }
}
