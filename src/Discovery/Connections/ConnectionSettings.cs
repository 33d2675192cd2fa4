namespace Interceptors.Discovery;

/// <summary>What connections to endpoints are made with. Channels with equal settings share them.</summary>
internal sealed record ConnectionSettings
{
    public ConnectionSettings(DiscoveryChannelOptions options, bool isSecure)
    {
        IsSecure = isSecure;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        TlsFiles = (options.Tls.CaFile, options.Tls.CertificateFile, options.Tls.KeyFile);
        ConnectTimeout = options.ConnectTimeout;
        IdleTimeout = options.IdleConnectionTimeout;
        MaxReconnectDelay = options.MaxReconnectDelay;
        KeepAlivePing = (options.KeepAlivePingDelay, options.KeepAlivePingTimeout, options.KeepAlivePingWithoutCalls);
    }

    /// <summary>Whether they use TLS.</summary>
    public bool IsSecure { get; }

    /// <summary>Which HTTP they speak: 2 or 1.1.</summary>
    public Version HttpVersion { get; }

    public bool IsHttp2 => HttpVersion.Major == 2;

    public (string? Ca, string? Certificate, string? Key) TlsFiles { get; }

    public TimeSpan ConnectTimeout { get; }

    public TimeSpan IdleTimeout { get; }

    public TimeSpan MaxReconnectDelay { get; }

    public (TimeSpan Delay, TimeSpan Timeout, bool WithoutCalls) KeepAlivePing { get; }

    public ChannelTlsOptions Tls() => new() { CaFile = TlsFiles.Ca, CertificateFile = TlsFiles.Certificate, KeyFile = TlsFiles.Key };
}
