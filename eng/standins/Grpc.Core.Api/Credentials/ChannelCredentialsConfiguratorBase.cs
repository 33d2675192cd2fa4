namespace Grpc.Core;

/// <summary>How a transport learns the shape of channel credentials: exactly one of its methods is called.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>There is no protection.</summary>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>It is TLS; what is null has the machine's default.</summary>
    public abstract void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    /// <summary>Call credentials come on top.</summary>
    public abstract void SetCompositeCredentials(
        object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
