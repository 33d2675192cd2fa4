using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Interceptors.Propagation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>A client of .NET's factories that calls a discovered service.</summary>
internal sealed class DiscoveredClient(string client, string target, bool isGrpc, IServiceProvider services)
    : IPostConfigureOptions<GrpcClientFactoryOptions>
{
    private readonly Lock _lock = new();
    private DiscoveryChannelOptions? _options;
    private bool _isHttps;

    /// <summary>What it asks for, unless it was given an address.</summary>
    public Uri Address => ChannelFactory.AddressOf(Factory.SettingsOf(target, Options));

    public ChannelDescription Description => new(target, Factory.SettingsOf(target, Options).Connections.IsSecure);

    private DiscoveryChannelFactory Factory => services.GetRequiredService<DiscoveryChannelFactory>();

    private DiscoveryChannelOptions Options
    {
        get
        {
            lock (_lock)
                return _options ??= CreateOptions();
        }
    }

    public HttpMessageHandler CreateHandler() => Factory.CreateHandler(target, Options);

    /// <summary>Over the same connections.</summary>
    public DiscoveryChannel OpenChannel()
    {
        // An address that was given says whether there is TLS.
        if (isGrpc)
            _ = services.GetRequiredService<IOptionsMonitor<GrpcClientFactoryOptions>>().Get(client);
        return Factory.Open(target, Options);
    }

    public void PostConfigure(string? name, GrpcClientFactoryOptions options)
    {
        if (name != client)
            return;
        _isHttps = options.Address?.Scheme == Uri.UriSchemeHttps;
        options.Address ??= Address;
        // First, so that what the user configures stands.
        options.ChannelOptionsActions.Insert(0, channel => ChannelFactory.Configure(channel, new CallSettings(Options)));
        var isRouted = false;
        options.ChannelOptionsActions.Add(channel =>
        {
            if (isRouted || !ChannelFactory.Routes(Options))
                return;
            isRouted = true;
            // Only now are all other interceptors there, and this has to be the innermost.
            options.InterceptorRegistrations.Add(new InterceptorRegistration(
                InterceptorScope.Channel, _ => new RoutingInterceptor(Route(options.Address, channel))));
        });
    }

    /// <summary>Calls over channels that differ from the factory's in their service config only.</summary>
    private CallInvoker Route(Uri address, GrpcChannelOptions channel) =>
        ChannelFactory.InvokerOf(Factory.Configured(target, Options, config =>
        {
            channel.ServiceConfig = config;
            return GrpcChannel.ForAddress(address, channel);
        }).Invoker, Options);

    private DiscoveryChannelOptions CreateOptions()
    {
        var options = services.GetRequiredService<IOptionsFactory<DiscoveryChannelOptions>>().Create(client);
        if (_isHttps && options.Credentials is null)
            options.Tls.Enabled = true;
        options.HttpVersion ??= isGrpc ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;
        return options;
    }
}
