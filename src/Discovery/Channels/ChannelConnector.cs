using System.IO.Compression;
using System.Net.Security;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Turns settings into a channel.</summary>
internal static class ChannelConnector
{
    private static readonly TimeSpan FirstReconnectDelay = TimeSpan.FromMilliseconds(200);

    public static SharedChannel Open(
        ChannelSettings settings, EndpointSources sources, ConfiguredChannels channels, BalancerMetrics metrics, ILoggerFactory loggerFactory)
    {
        var status = new ResolutionStatus();
        var resolvers = DiscoveryResolvers.Create(sources, settings.Resolution.Options, status);
        var logger = loggerFactory.CreateLogger<DiscoveryChannel>();
        var channel = channels.Open(
            settings.Target.ToString(), settings.ServiceConfig.Options, settings.LoadBalancingPolicy, Connect, logger);
        return new SharedChannel(settings, channel, InvokerOf(channel.Invoker, settings), status);

        OpenChannel Connect(ServiceConfig config)
        {
            var connections = HandlerFor(settings, logger);
            return new OpenChannel(GrpcChannel.ForAddress(settings.Target.ToUri(), OptionsFor(connections, config)), connections)
            {
                IsSecure = IsSecure(settings),
            };
        }

        GrpcChannelOptions OptionsFor(SocketsHttpHandler connections, ServiceConfig config) => new()
        {
            HttpHandler = BalancingPolicies.Observe(connections),
            ServiceProvider = new ChannelServices(resolvers, BalancingPolicies.Factories(BalancingFor(settings, connections, metrics))),
            Credentials = settings.Credentials,
            LoggerFactory = loggerFactory,
            MaxReceiveMessageSize = settings.MaxMessageSize.Receive,
            MaxSendMessageSize = settings.MaxMessageSize.Send,
            CompressionProviders = [GzipFor(settings)],
            InitialReconnectBackoff = settings.MaxReconnectDelay < FirstReconnectDelay ? settings.MaxReconnectDelay : FirstReconnectDelay,
            MaxReconnectBackoff = settings.MaxReconnectDelay,
            ServiceConfig = config,
        };
    }

    private static BalancingContext BalancingFor(ChannelSettings settings, SocketsHttpHandler connections, BalancerMetrics metrics) => new()
    {
        Target = settings.Target.ToString(),
        Options = settings.Balancing,
        // Disposed with the channel, not by who asks for health.
        Connections = new HttpMessageInvoker(connections, disposeHandler: false),
        IsSecure = IsSecure(settings),
        Metrics = metrics,
    };

    private static bool IsSecure(ChannelSettings settings) => !ReferenceEquals(settings.Credentials, ChannelCredentials.Insecure);

    /// <summary>Bounded by the lower one of two limits, which it then names: gRPC's own error names none.</summary>
    private static BoundedGzipCompressionProvider GzipFor(ChannelSettings settings)
    {
        var (bound, option) = settings.MaxMessageSize.Receive is { } receive && receive <= settings.MaxDecompressedMessageSize
            ? (receive, nameof(DiscoveryChannelOptions.MaxReceiveMessageSize))
            : (settings.MaxDecompressedMessageSize, nameof(DiscoveryChannelOptions.MaxDecompressedMessageSize));
        return new BoundedGzipCompressionProvider(bound, CompressionLevel.Fastest, $"{nameof(DiscoveryChannelOptions)}.{option}");
    }

    private static SocketsHttpHandler HandlerFor(ChannelSettings settings, ILogger logger) => new()
    {
        SslOptions = SslFor(settings, logger),
        // A server allows about a hundred calls at a time on a connection; more calls than that need more connections.
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = settings.ConnectTimeout,
        KeepAlivePingDelay = settings.KeepAlivePing.Delay,
        KeepAlivePingTimeout = settings.KeepAlivePing.Timeout,
        KeepAlivePingPolicy = settings.KeepAlivePing.WithoutCalls
            ? HttpKeepAlivePingPolicy.Always
            : HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = settings.IdleConnectionTimeout,
        // Endpoints are addresses inside the system; a proxy for the way out does not know them.
        UseProxy = false,
    };

    private static SslClientAuthenticationOptions SslFor(ChannelSettings settings, ILogger logger) =>
        settings.Tls() is { HasFiles: true } tls ? new ChannelTls(tls, logger).Options() : new();

    private static CallInvoker InvokerOf(CallInvoker invoker, ChannelSettings settings)
    {
        if (settings.WaitForReady)
            invoker = new WaitForReadyInvoker(invoker);
        // Innermost, so that an interceptor can still decide otherwise for its call.
        if (settings.GzipRequests)
            invoker = invoker.WithGzipRequests();
        return settings.Interceptors.Items is { Length: > 0 } interceptors ? invoker.Intercept(interceptors) : invoker;
    }
}
