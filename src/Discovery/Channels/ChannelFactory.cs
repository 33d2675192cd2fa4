using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Makes the GrpcChannels over a handler, and what their calls go through above them.</summary>
internal static class ChannelFactory
{
    /// <summary>The channels under the service config of a handler.</summary>
    public static ConfiguredChannels Open(SharedHandler shared, CallSettings calls, ILoggerFactory loggerFactory)
    {
        var address = AddressOf(shared.Settings);
        return new ConfiguredChannels(shared.ServiceConfig, Create);

        GrpcChannel Create(ServiceConfig config)
        {
            var options = new GrpcChannelOptions
            {
                HttpHandler = shared.Handler,
                LoggerFactory = loggerFactory,
                ServiceConfig = config,
            };
            Configure(options, calls);
            options.Credentials = calls.Credentials;
            return GrpcChannel.ForAddress(address, options);
        }
    }

    /// <summary>What holds for the calls of a channel, whoever makes it.</summary>
    public static void Configure(GrpcChannelOptions options, CallSettings calls)
    {
        if (options.LoggerFactory is { } loggers and not ChannelLoggerFactory)
            options.LoggerFactory = new ChannelLoggerFactory(loggers);
        options.Credentials ??= calls.OwnCredentials;
        options.MaxReceiveMessageSize = calls.MaxReceiveMessageSize;
        options.MaxSendMessageSize = calls.MaxSendMessageSize;
        options.CompressionProviders = [GzipFor(calls)];
    }

    /// <summary>Whether the options ask for something of each call that a channel of another maker does not do.</summary>
    public static bool Routes(DiscoveryChannelOptions options) =>
        options.WaitForReady || options.GzipRequests || options.ServiceConfig.IsSet || options.Interceptors.Count > 0;

    /// <summary>With what the options put around each call.</summary>
    public static CallInvoker InvokerOf(CallInvoker invoker, DiscoveryChannelOptions options)
    {
        if (options.WaitForReady)
            invoker = new WaitForReadyInvoker(invoker);
        // Innermost, so that an interceptor can still decide otherwise for its call.
        if (options.GzipRequests)
            invoker = invoker.WithGzipRequests();
        return options.Interceptors.Count > 0 ? invoker.Intercept([.. options.Interceptors]) : invoker;
    }

    /// <summary>What a client asks for; the handler puts the endpoint in the place of the host.</summary>
    public static Uri AddressOf(HandlerSettings settings)
    {
        var name = settings.Target.Endpoint;
        var host = Uri.CheckHostName(name) == UriHostNameType.Dns ? name : "service";
        return new Uri($"{(settings.Connections.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{host}");
    }

    /// <summary>Bounded by the lower one of two limits, which it then names: gRPC's own error names none.</summary>
    private static BoundedGzipCompressionProvider GzipFor(CallSettings calls)
    {
        var (bound, option) = calls.MaxReceiveMessageSize is { } receive && receive <= calls.MaxDecompressedMessageSize
            ? (receive, nameof(DiscoveryChannelOptions.MaxReceiveMessageSize))
            : (calls.MaxDecompressedMessageSize, nameof(DiscoveryChannelOptions.MaxDecompressedMessageSize));
        return new BoundedGzipCompressionProvider(bound, CompressionLevel.Fastest, $"{nameof(DiscoveryChannelOptions)}.{option}");
    }
}
