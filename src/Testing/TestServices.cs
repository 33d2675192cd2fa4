using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Interceptors.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Testing;

/// <summary>
/// Several services of a test, in one process: real servers on loopback, a registry in memory, and channels that resolve and balance over
/// it as over etcd. Disposing it ends all of them.
/// </summary>
public sealed class TestServices : IAsyncDisposable
{
    private readonly List<TestServer> _servers = [];
    private readonly DiscoveryChannelFactory _channels;

    /// <summary>One without servers.</summary>
    /// <param name="configureChannels">What holds for all channels; null for the defaults.</param>
    public TestServices(Action<DiscoveryChannelOptions>? configureChannels = null)
    {
        _channels = DiscoveryChannelFactory.Create(discovery =>
        {
            discovery.UseInMemory(Registry);
            if (configureChannels is not null)
                discovery.ConfigureChannels(configureChannels);
        });
    }

    /// <summary>Where the servers are registered. Give it to <c>AddInMemoryDiscovery</c> of a host that calls them.</summary>
    public InMemoryServiceRegistry Registry { get; } = new();

    /// <summary>Starts a server and registers it.</summary>
    /// <param name="service">The name under which clients find it, as <c>memory:///name</c>.</param>
    /// <param name="map">Maps its gRPC services.</param>
    /// <param name="configure">Adds to its container; gRPC is there already.</param>
    /// <param name="metadata">Its weight, zone, version or tags (<see cref="EndpointMetadata"/>); null for none.</param>
    /// <returns>The server, which accepts calls.</returns>
    public async Task<TestServer> StartAsync(
        string service, Action<WebApplication> map, Action<IServiceCollection>? configure = null,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentNullException.ThrowIfNull(map);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        var recorder = new CallRecorder();
        app.Use(next => context => recorder.InvokeAsync(context, next));
        map(app);
        await app.StartAsync().ConfigureAwait(false);

        var proxy = new LoopbackProxy(new Uri(app.Urls.Single()).Port);
        var endpoint = new DiscoveryEndpoint("127.0.0.1", proxy.Port, metadata);
        var server = new TestServer(app, proxy, recorder, Registry.Register(new ServiceInstance(service, endpoint)));
        _servers.Add(server);
        return server;
    }

    /// <summary>A channel to a service, balanced over its servers.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="configure">Options of the channel.</param>
    /// <returns>The channel, which is shared by all that ask for it with the same options.</returns>
    public DiscoveryChannel CreateChannel(string service, Action<DiscoveryChannelOptions>? configure = null) =>
        _channels.CreateChannel($"memory:///{service}", configure);

    /// <summary>A client of a service.</summary>
    /// <typeparam name="TClient">The generated client.</typeparam>
    /// <param name="service">Its name.</param>
    /// <param name="configure">Options of the channel.</param>
    /// <returns>The client.</returns>
    public TClient CreateClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        string service, Action<DiscoveryChannelOptions>? configure = null)
        where TClient : ClientBase<TClient> => _channels.CreateClient<TClient>($"memory:///{service}", configure);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync().ConfigureAwait(false);
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
    }
}
