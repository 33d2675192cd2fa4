using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>What a GrpcChannel itself is told. Channels with equal ones, over one handler, share it.</summary>
internal sealed record CallSettings
{
    public CallSettings(DiscoveryChannelOptions options)
    {
        OwnCredentials = options.Credentials;
        Credentials = options.Credentials ?? (options.Tls.IsOn ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure);
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxDecompressedMessageSize = options.MaxDecompressedMessageSize ?? int.MaxValue;
    }

    /// <summary>Those that were given; null where TLS or plain text alone was chosen.</summary>
    public ChannelCredentials? OwnCredentials { get; }

    public ChannelCredentials Credentials { get; }

    public int? MaxReceiveMessageSize { get; }

    public int? MaxSendMessageSize { get; }

    public int MaxDecompressedMessageSize { get; }
}
