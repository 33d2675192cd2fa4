using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>How a channel behaves. Channels with the same target and equal options are shared.</summary>
public sealed class DiscoveryChannelOptions
{
    /// <summary>One of <see cref="LoadBalancingPolicies"/>. Default: <see cref="LoadBalancingPolicies.RoundRobin"/>.</summary>
    public string LoadBalancingPolicy { get; set; } = LoadBalancingPolicies.RoundRobin;

    /// <summary>Applied to every call of the channel, the first one outermost. Default: none.</summary>
    public IList<Interceptor> Interceptors { get; } = [];

    /// <summary>
    /// Whether requests are compressed with gzip. A call that sets <c>grpc-internal-encoding-request</c> itself keeps what it
    /// set. Default: false.
    /// </summary>
    public bool GzipRequests { get; set; }

    /// <summary>
    /// Plain text (<see cref="ChannelCredentials.Insecure"/>) or TLS (<see cref="ChannelCredentials.SecureSsl"/>).
    /// Default: plain text.
    /// </summary>
    public ChannelCredentials Credentials { get; set; } = ChannelCredentials.Insecure;

    /// <summary>
    /// After how long without a sign of life a connection with running calls is pinged. Servers may refuse frequent pings:
    /// grpc-go's default refuses more than one in 5 minutes on a silent stream. Default: 30 s.
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a ping may go unanswered before the connection is given up. Default: 10 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to an endpoint may take. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

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

    /// <summary>How what is discovered becomes what the channel uses.</summary>
    public DiscoveryResolverOptions Resolution { get; } = new();

    internal void ThrowIfInvalid()
    {
        if (LoadBalancingPolicy is not (LoadBalancingPolicies.RoundRobin or LoadBalancingPolicies.PickFirst))
            throw Invalid($"{nameof(LoadBalancingPolicy)} is '{LoadBalancingPolicy}', which is not known. "
                + $"Give {LoadBalancingPolicies.RoundRobin} or {LoadBalancingPolicies.PickFirst}.");
        if (Credentials is null)
            throw Invalid($"{nameof(Credentials)} is null. Give ChannelCredentials.Insecure or ChannelCredentials.SecureSsl.");
        if (Interceptors.Contains(null!))
            throw Invalid($"{nameof(Interceptors)} holds null. Take it out.");
        foreach (var (name, value) in new[]
                 {
                     (nameof(KeepAlivePingDelay), KeepAlivePingDelay), (nameof(KeepAlivePingTimeout), KeepAlivePingTimeout),
                 })
        {
            if (value < TimeSpan.FromSeconds(1) && value != Timeout.InfiniteTimeSpan)
                throw Invalid($"{name} is {value}. Give at least 1 second, or Timeout.InfiniteTimeSpan for no pings.");
        }

        foreach (var (name, value) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(MaxReconnectDelay), MaxReconnectDelay) })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                throw Invalid($"{name} is {value}. Give a time up to 1 hour.");
        }

        if (MaxReceiveMessageSize < 0)
            throw Invalid($"{nameof(MaxReceiveMessageSize)} is {MaxReceiveMessageSize}. Give a number of bytes, or null for no limit.");
        if (MaxDecompressedMessageSize < 0)
            throw Invalid($"{nameof(MaxDecompressedMessageSize)} is {MaxDecompressedMessageSize}. "
                + $"Give a number of bytes, or null for no other limit than {nameof(MaxReceiveMessageSize)}.");
        if (MaxSendMessageSize < 0)
            throw Invalid($"{nameof(MaxSendMessageSize)} is {MaxSendMessageSize}. Give a number of bytes, or null for no limit.");
        if (Resolution.Problems().FirstOrDefault() is { } problem)
            throw Invalid($"{nameof(Resolution)}.{problem}");

        static ArgumentException Invalid(string problem) => new($"{nameof(DiscoveryChannelOptions)}.{problem}");
    }
}
