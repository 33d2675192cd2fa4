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
        Resolution = (options.Resolution.FirstAnswerTimeout, options.Resolution.DebounceTime, options.Resolution.EmptyListGraceTime);
        Authority = (options.Resolution.Authority, options.Resolution.TrustEndpointAuthority);
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

    public (TimeSpan FirstAnswer, TimeSpan Debounce, TimeSpan EmptyListGrace) Resolution { get; }

    public (string? Fixed, bool TrustEndpoint) Authority { get; }

    public DiscoveryResolverOptions ResolverOptions() => new()
    {
        Authority = Authority.Fixed,
        TrustEndpointAuthority = Authority.TrustEndpoint,
        FirstAnswerTimeout = Resolution.FirstAnswer,
        DebounceTime = Resolution.Debounce,
        EmptyListGraceTime = Resolution.EmptyListGrace,
    };

    /// <summary>Equal if it holds the same interceptors in the same order.</summary>
    internal sealed class InterceptorList(Interceptor[] items) : IEquatable<InterceptorList>
    {
        public Interceptor[] Items => items;

        public bool Equals(InterceptorList? other) => other is not null && items.SequenceEqual(other.Items);

        public override bool Equals(object? obj) => Equals(obj as InterceptorList);

        public override int GetHashCode() => items.Length;
    }
}
