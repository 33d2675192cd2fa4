using Grpc.Core;

namespace Interceptors;

/// <summary>Reads what credentials of a channel consist of.</summary>
internal static class ChannelCredentialsReader
{
    /// <summary>Whether they mean TLS (null if there are none, and the address decides), and whether they add to each call.</summary>
    public static (bool? IsSecure, bool HasCallCredentials) Read(ChannelCredentials? credentials)
    {
        var parts = new Parts();
        credentials?.InternalPopulateConfiguration(parts, null!);
        return (parts.IsSecure, parts.HasCallCredentials);
    }

    private sealed class Parts : ChannelCredentialsConfiguratorBase
    {
        public bool? IsSecure { get; private set; }

        public bool HasCallCredentials { get; private set; }

        public override void SetInsecureCredentials(object? state) => IsSecure = false;

        public override void SetSslCredentials(
            object? state, string? rootCertificates, KeyCertificatePair? keyCertificatePair,
            VerifyPeerCallback? verifyPeerCallback) => IsSecure = true;

        public override void SetCompositeCredentials(object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            HasCallCredentials = true;
            channelCredentials.InternalPopulateConfiguration(this, state!);
        }
    }
}
