using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Credentials that protect a channel's connections.</summary>
public abstract class ChannelCredentials
{
    private static readonly ChannelCredentials InsecureInstance = new InsecureCredentials();
    private static readonly ChannelCredentials SecureSslInstance = new SslCredentials();

    /// <summary>Credentials of another kind.</summary>
    public ChannelCredentials()
    {
    }

    /// <summary>No protection.</summary>
    public static ChannelCredentials Insecure => InsecureInstance;

    /// <summary>TLS that trusts what the machine trusts.</summary>
    public static ChannelCredentials SecureSsl => SecureSslInstance;

    /// <summary>Whether call credentials may travel over such connections; the transport decides what it enforces.</summary>
    internal virtual bool IsComposable => false;

    /// <summary>Channel credentials that add call credentials to each call.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
        new Composite(
            GrpcPreconditions.CheckNotNull(channelCredentials, nameof(channelCredentials)),
            GrpcPreconditions.CheckNotNull(callCredentials, nameof(callCredentials)));

    /// <summary>Tells the transport of which shape these credentials are.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);

    private sealed class InsecureCredentials : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetInsecureCredentials(state);
    }

    private sealed class Composite(ChannelCredentials channelCredentials, CallCredentials callCredentials) : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
            configurator.SetCompositeCredentials(state, channelCredentials, callCredentials);
    }
}
