using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>A target with a copy of its options: what makes two channels the same one.</summary>
internal sealed record ChannelSettings
{
    public ChannelSettings(DiscoveryTarget target, DiscoveryChannelOptions options)
    {
        options.ThrowIfInvalid();
        Target = target;
        LoadBalancingPolicy = options.LoadBalancingPolicy;
        Interceptors = new InterceptorList([.. options.Interceptors]);
        GzipRequests = options.GzipRequests;
        Credentials = options.Credentials;
        KeepAlivePing = (options.KeepAlivePingDelay, options.KeepAlivePingTimeout);
        ConnectTimeout = options.ConnectTimeout;
        MaxReconnectDelay = options.MaxReconnectDelay;
        MaxDecompressedMessageSize = options.MaxDecompressedMessageSize ?? int.MaxValue;
        MaxMessageSize = (options.MaxReceiveMessageSize, options.MaxSendMessageSize);
        Resolution = new ResolverSettings(options.Resolution);
    }

    public DiscoveryTarget Target { get; }

    public string LoadBalancingPolicy { get; }

    public InterceptorList Interceptors { get; }

    public bool GzipRequests { get; }

    public ChannelCredentials Credentials { get; }

    public (TimeSpan Delay, TimeSpan Timeout) KeepAlivePing { get; }

    public TimeSpan ConnectTimeout { get; }

    public TimeSpan MaxReconnectDelay { get; }

    public (int? Receive, int? Send) MaxMessageSize { get; }

    public int MaxDecompressedMessageSize { get; }

    public ResolverSettings Resolution { get; }

    /// <summary>Equal if it holds the same interceptors in the same order.</summary>
    internal sealed class InterceptorList(Interceptor[] items) : IEquatable<InterceptorList>
    {
        public Interceptor[] Items => items;

        public bool Equals(InterceptorList? other) => other is not null && items.SequenceEqual(other.Items);

        public override bool Equals(object? obj) => Equals(obj as InterceptorList);

        public override int GetHashCode() => items.Length;
    }
}
