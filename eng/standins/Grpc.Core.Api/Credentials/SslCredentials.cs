namespace Grpc.Core;

/// <summary>TLS.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    /// <summary>Trusts what the machine trusts.</summary>
    public SslCredentials()
        : this(null, null, null)
    {
    }

    /// <summary>Trusts these root certificates, in PEM.</summary>
    public SslCredentials(string rootCertificates)
        : this(rootCertificates, null, null)
    {
    }

    /// <summary>Trusts these root certificates, in PEM, and shows the client's own.</summary>
    public SslCredentials(string rootCertificates, KeyCertificatePair keyCertificatePair)
        : this(rootCertificates, keyCertificatePair, null)
    {
    }

    /// <summary>Leaves the last word on the peer to a callback.</summary>
    public SslCredentials(
        string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        RootCertificates = rootCertificates;
        KeyCertificatePair = keyCertificatePair;
        VerifyPeerCallback = verifyPeerCallback;
    }

    /// <summary>The trusted root certificates, in PEM; null means the machine's.</summary>
    public string? RootCertificates { get; }

    /// <summary>The client's own certificate.</summary>
    public KeyCertificatePair? KeyCertificatePair { get; }

    internal override bool IsComposable => true;

    private VerifyPeerCallback? VerifyPeerCallback { get; }

    /// <inheritdoc/>
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetSslCredentials(state, RootCertificates, KeyCertificatePair, VerifyPeerCallback);
}
