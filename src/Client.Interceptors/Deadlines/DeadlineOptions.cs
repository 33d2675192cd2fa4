namespace Interceptors.Client;

/// <summary>
/// Which deadline calls get whose caller set none, and how the call being handled bounds the calls that are made for it.
/// </summary>
public sealed class DeadlineOptions
{
    /// <summary>How long a call may take whose caller set no deadline; positive. Null sets none. Default: null.</summary>
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
    /// Whether no call, stream or not, may outlive the call being handled (<see cref="Propagation.IncomingCall.Current"/>).
    /// Off, work that is only started by a handler may go on after it; <see cref="Propagation.IncomingCall.Detach"/> is the same for single
    /// calls. Default: true.
    /// </summary>
    public bool CapByIncomingCall { get; set; } = true;

    /// <summary>
    /// Whether a call, stream or not, is cancelled when the caller of the call being handled goes away while its handler runs: over any
    /// number of hops nobody works on for nothing. <see cref="Propagation.IncomingCall.Detach"/> exempts single calls. Default: true.
    /// </summary>
    public bool CancelWithIncomingCall { get; set; } = true;

    /// <summary>
    /// How much of the incoming call's remaining time is kept back, so that its handler can still answer after an outgoing call
    /// has used up its own; zero or more. Default: zero.
    /// </summary>
    public TimeSpan IncomingReserve { get; set; }
}
