using System.Net;
using Grpc.Channelz.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>A real Kestrel with channelz, and a plain client of that.</summary>
internal sealed class ChannelzHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ChannelzHost(WebApplication app)
    {
        _app = app;
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
        Client = new Channelz.ChannelzClient(Channel);
    }

    public GrpcChannel Channel { get; }

    public Channelz.ChannelzClient Client { get; }

    public DiscoveryChannelFactory Channels => _app.Services.GetRequiredService<DiscoveryChannelFactory>();

    public InMemoryServiceRegistry Registry => _app.Services.GetRequiredService<InMemoryServiceRegistry>();

    public static async Task<ChannelzHost> StartAsync(
        Action<IServiceCollection>? configure = null, Action<WebApplication>? map = null, string environment = "Development")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication("header")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", configureOptions: null);
        builder.Services.AddInMemoryDiscovery();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        try
        {
            (map ?? (static app => app.MapChannelz()))(app);
            await app.StartAsync();
            return new ChannelzHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>The only channel.</summary>
    public async Task<Channel> OnlyChannelAsync() =>
        Assert.Single((await Client.GetTopChannelsAsync(new GetTopChannelsRequest())).Channel);

    /// <summary>The subchannels of the only channel, by their addresses.</summary>
    public async Task<IReadOnlyDictionary<string, Subchannel>> SubchannelsAsync()
    {
        var subchannels = new Dictionary<string, Subchannel>();
        foreach (var reference in (await OnlyChannelAsync()).SubchannelRef)
        {
            var request = new GetSubchannelRequest { SubchannelId = reference.SubchannelId };
            subchannels[reference.Name] = (await Client.GetSubchannelAsync(request)).Subchannel;
        }

        return subchannels;
    }

    public async Task<Subchannel> UntilAsync(string address, ChannelConnectivityState.Types.State state)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if ((await SubchannelsAsync()).TryGetValue(address, out var subchannel) && subchannel.Data.State.State == state)
                return subchannel;
            await Task.Delay(20, bound.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
