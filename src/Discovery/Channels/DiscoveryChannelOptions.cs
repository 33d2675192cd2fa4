using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>
/// How a channel behaves. Channels with the same target and equal options are shared. In a container the options without a name hold
/// for every channel, and those of a client's name come on top of them; all can be bound from configuration and are checked
/// when the host starts.
/// </summary>
public sealed class DiscoveryChannelOptions
{
    /// <summary>
    /// One of <see cref="LoadBalancingPolicies"/>; what <see cref="ServiceConfig"/> says about it comes first. Default:
    /// <see cref="LoadBalancingPolicies.RoundRobin"/>.
    /// </summary>
    public string LoadBalancingPolicy { get; set; } = LoadBalancingPolicies.RoundRobin;

    /// <summary>
    /// What balancing looks at besides: health, failing endpoints, zones, slow start, a subset. <see cref="ServiceConfig"/> comes first for
    /// each part that it names. Default: nothing.
    /// </summary>
    public BalancingOptions Balancing { get; } = new();

    /// <summary>Applied to every call of the channel, the first one outermost. Default: none.</summary>
    public IList<Interceptor> Interceptors { get; } = [];

    /// <summary>
    /// Whether requests are compressed with gzip. A call that sets <c>grpc-internal-encoding-request</c> itself keeps what it
    /// set. Default: false.
    /// </summary>
    public bool GzipRequests { get; set; }

    /// <summary>
    /// Whether calls wait while the service has no endpoint that can be reached, instead of failing with <c>Unavailable</c>: for a
    /// client that starts together with its servers. It holds for every call, as <c>CallOptions.WithWaitForReady()</c> does for
    /// one; give the calls deadlines, or they wait for ever. Default: false.
    /// </summary>
    public bool WaitForReady { get; set; }

    /// <summary>
    /// Plain text (<see cref="ChannelCredentials.Insecure"/>) or TLS (<see cref="ChannelCredentials.SecureSsl"/>), with call
    /// credentials or without. Default: null, which means TLS if <see cref="Tls"/> is set, else plain text.
    /// </summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Whom TLS trusts, and which certificate it shows. Default: not set.</summary>
    public ChannelTlsOptions Tls { get; } = new();

    /// <summary>
    /// Which HTTP the connections speak, whatever a request asks for: <see cref="System.Net.HttpVersion.Version20"/> or
    /// <see cref="System.Net.HttpVersion.Version11"/>. gRPC needs 2. Over HTTP/1.1 a connection carries one request at a time; further ones
    /// are opened and kept as <see cref="SocketsHttpHandler"/> does. Default: null, which means HTTP/1.1 for an <see cref="HttpClient"/> of
    /// <c>AddHttpClient</c>, else HTTP/2.
    /// </summary>
    public Version? HttpVersion { get; set; }

    /// <summary>
    /// After how long without a sign of life a connection with running calls is pinged. Servers may refuse frequent pings:
    /// grpc-go's default refuses more than one in 5 minutes on a silent stream. Default: 30 s.
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a ping may go unanswered before the connection is given up. Default: 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a connection without running calls is pinged too, so that a dead one is found before the next call. Few servers
    /// allow it unless told to: grpc-go's and gRPC C++'s default is to close such a connection. Default: false.
    /// </summary>
    public bool KeepAlivePingWithoutCalls { get; set; }

    /// <summary>How long connecting to an endpoint may take. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a connection stays open that no call uses. One to an endpoint that has left the list, while its server goes on, is closed
    /// then; an endpoint that is still listed is connected to again. <see cref="Timeout.InfiniteTimeSpan"/>: until the server closes it.
    /// Default: 5 min.
    /// </summary>
    public TimeSpan IdleConnectionTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest pause between two attempts to connect to an endpoint that is registered but does not answer. The first is
    /// 200 ms, or this if it is shorter, and it doubles from there. Default: 5 s.
    /// </summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The largest message that may be received, in bytes as they come over the wire. Null: no limit. Default: 4
    /// MiB.
    /// </summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The largest message that may be received compressed, in bytes after decompression: what is small on the wire can be huge in memory.
    /// A larger one fails its call with <c>ResourceExhausted</c>. Compressed means gzip; deflate is not accepted.
    /// <see cref="MaxReceiveMessageSize"/> holds as well: the lower one counts. Null: no other limit than that one. Default: null.
    /// </summary>
    public int? MaxDecompressedMessageSize { get; set; }

    /// <summary>The largest message that may be sent, in bytes. Null: no limit. Default: null.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>How methods are called: timeouts, sizes, retries and more, as a text, a file or an etcd key, live. Default: none.</summary>
    public ServiceConfigOptions ServiceConfig { get; } = new();

    /// <summary>How what is discovered becomes what the channel uses.</summary>
    public DiscoveryResolverOptions Resolution { get; } = new();
}
