using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>
/// How a channel behaves. Channels with the same target and equal options are shared. In a container the unnamed options
/// hold for every channel, and the options of a client's name change them for that client. All can be bound from configuration and are
/// checked when the host starts.
/// </summary>
public sealed class DiscoveryChannelOptions
{
    /// <summary>
    /// One of <see cref="LoadBalancingPolicies"/>; a policy in <see cref="ServiceConfig"/> wins. Default:
    /// <see cref="LoadBalancingPolicies.RoundRobin"/>.
    /// </summary>
    public string LoadBalancingPolicy { get; set; } = LoadBalancingPolicies.RoundRobin;

    /// <summary>
    /// The features of balancing: health, outlier ejection, zones, slow start, subset. <see cref="ServiceConfig"/> wins for each part that
    /// it names. Default: all off.
    /// </summary>
    public BalancingOptions Balancing { get; } = new();

    /// <summary>Interceptors of every call of the channel, the first one outermost. Default: none.</summary>
    public IList<Interceptor> Interceptors { get; } = [];

    /// <summary>
    /// Whether requests are compressed with gzip. A call that sets <c>grpc-internal-encoding-request</c> itself keeps its
    /// value. Default: false.
    /// </summary>
    public bool GzipRequests { get; set; }

    /// <summary>
    /// Whether calls wait while no endpoint can be reached, instead of failing with <c>Unavailable</c>; for a client that may start before
    /// its servers. It holds for every call, as <c>CallOptions.WithWaitForReady()</c> does for one. Give the calls deadlines, or they may
    /// wait for ever. Default: false.
    /// </summary>
    public bool WaitForReady { get; set; }

    /// <summary>
    /// Plain text (<see cref="ChannelCredentials.Insecure"/>) or TLS (<see cref="ChannelCredentials.SecureSsl"/>), with call
    /// credentials or without. Default: null, which means TLS if <see cref="Tls"/> is set, else plain text.
    /// </summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Which authorities TLS trusts, and the client certificate. Default: not set.</summary>
    public ChannelTlsOptions Tls { get; } = new();

    /// <summary>
    /// The HTTP version of the connections, whatever a request asks for: <see cref="System.Net.HttpVersion.Version20"/> or
    /// <see cref="System.Net.HttpVersion.Version11"/>. gRPC needs 2. Over HTTP/1.1 a connection carries one request at a time; further ones
    /// are opened and kept as <see cref="SocketsHttpHandler"/> does. Default: null, which means HTTP/1.1 for an <see cref="HttpClient"/> of
    /// <c>AddHttpClient</c>, else HTTP/2.
    /// </summary>
    public Version? HttpVersion { get; set; }

    /// <summary>
    /// How long a connection with running calls may be silent before it is pinged. Servers may refuse frequent pings:
    /// grpc-go's default refuses more than one in 5 minutes on a silent stream. Default: 30 s.
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may go unanswered before the connection is closed. Default: 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a connection without running calls is pinged too, so that a dead one is found before the next call. Few servers
    /// allow it by default: grpc-go and gRPC C++ close such a connection. Default: false.
    /// </summary>
    public bool KeepAlivePingWithoutCalls { get; set; }

    /// <summary>How long connecting to an endpoint may take. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an unused connection stays open. If its endpoint is still listed, a new connection is opened after that; if not, none.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: until the server closes it.
    /// Default: 5 min.
    /// </summary>
    public TimeSpan IdleConnectionTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause between two attempts to connect to an endpoint that is registered but does not answer. The first pause is
    /// 200 ms, or this if it is shorter; it doubles each time. Default: 5 s.
    /// </summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The largest message that may be received, in bytes on the wire. Null: no limit. Default: 4 MiB.
    /// </summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The largest message that may be received compressed, in bytes after decompression, because a small message on the wire can be
    /// huge in memory. A larger one fails its call with <c>ResourceExhausted</c>. Compressed means gzip; deflate is not accepted.
    /// <see cref="MaxReceiveMessageSize"/> holds as well: the lower one counts. Null: only that limit. Default: null.
    /// </summary>
    public int? MaxDecompressedMessageSize { get; set; }

    /// <summary>The largest message that may be sent, in bytes. Null: no limit. Default: null.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// A service config (timeouts, sizes, retries and more of methods) from a text, a file or an etcd key, followed live. Default: none.
    /// </summary>
    public ServiceConfigOptions ServiceConfig { get; } = new();

    /// <summary>How the channel turns the lists from discovery into the endpoints that it uses.</summary>
    public DiscoveryResolverOptions Resolution { get; } = new();
}
