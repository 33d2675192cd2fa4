using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>A target with a copy of its options: what makes two channels the same one.</summary>
internal sealed record ChannelSettings
{
    private static readonly DiscoveryChannelOptionsValidator Validator = new();

    public ChannelSettings(DiscoveryTarget target, DiscoveryChannelOptions options)
    {
        if (Validator.Validate(name: null, options) is { Failed: true } result)
            throw new ArgumentException(result.FailureMessage);
        Target = target;
        LoadBalancingPolicy = options.LoadBalancingPolicy;
        Balancing = options.Balancing.Copy();
        ServiceConfig = new ServiceConfigChoice(options.ServiceConfig);
        Interceptors = new InterceptorList([.. options.Interceptors]);
        GzipRequests = options.GzipRequests;
        WaitForReady = options.WaitForReady;
        Credentials = options.Credentials ?? (options.Tls.IsOn ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure);
        TlsFiles = (options.Tls.CaFile, options.Tls.CertificateFile, options.Tls.KeyFile);
        KeepAlivePing = (options.KeepAlivePingDelay, options.KeepAlivePingTimeout, options.KeepAlivePingWithoutCalls);
        ConnectTimeout = options.ConnectTimeout;
        IdleConnectionTimeout = options.IdleConnectionTimeout;
        MaxReconnectDelay = options.MaxReconnectDelay;
        MaxDecompressedMessageSize = options.MaxDecompressedMessageSize ?? int.MaxValue;
        MaxMessageSize = (options.MaxReceiveMessageSize, options.MaxSendMessageSize);
        Resolution = new ResolverSettings(options.Resolution);
    }

    public DiscoveryTarget Target { get; }

    public string LoadBalancingPolicy { get; }

    public BalancingOptions Balancing { get; }

    public ServiceConfigChoice ServiceConfig { get; }

    public InterceptorList Interceptors { get; }

    public bool GzipRequests { get; }

    public bool WaitForReady { get; }

    public ChannelCredentials Credentials { get; }

    public (string? Ca, string? Certificate, string? Key) TlsFiles { get; }

    public (TimeSpan Delay, TimeSpan Timeout, bool WithoutCalls) KeepAlivePing { get; }

    public TimeSpan ConnectTimeout { get; }

    public TimeSpan IdleConnectionTimeout { get; }

    public TimeSpan MaxReconnectDelay { get; }

    public (int? Receive, int? Send) MaxMessageSize { get; }

    public int MaxDecompressedMessageSize { get; }

    public ResolverSettings Resolution { get; }

    public ChannelTlsOptions Tls() => new() { CaFile = TlsFiles.Ca, CertificateFile = TlsFiles.Certificate, KeyFile = TlsFiles.Key };

    /// <summary>Equal if it holds the same interceptors in the same order.</summary>
    internal sealed class InterceptorList(Interceptor[] items) : IEquatable<InterceptorList>
    {
        public Interceptor[] Items => items;

        public bool Equals(InterceptorList? other) => other is not null && items.SequenceEqual(other.Items);

        public override bool Equals(object? obj) => Equals(obj as InterceptorList);

        public override int GetHashCode() => items.Length;
    }
}
