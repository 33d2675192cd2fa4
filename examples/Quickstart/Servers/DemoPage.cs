using System.Net;
using Demo;
using Interceptors.Discovery;
using Quickstart.Clients;
using Quickstart.Registries;

namespace Quickstart.Servers;

/// <summary>A client of greeters and gateway that shows what it sees on the discovery page.</summary>
internal sealed class DemoPage : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly Load _load;

    private DemoPage(WebApplication app, Load load) => (_app, _load) = (app, load);

    public string Address => $"{_app.Urls.Single()}/discovery";

    public static async Task<DemoPage> StartAsync(Registry registry)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        registry.AddTo(builder.Services);
        var app = builder.Build();
        // Only this machine reaches it.
        app.MapDiscoveryPage("/discovery", options => options.AllowAnonymous = true);
        await app.StartAsync();
        var channels = app.Services.GetRequiredService<DiscoveryChannelFactory>();
        return new DemoPage(app, new Load(
            new[] { Registry.Greeter, Registry.Gateway }
                .Select(service => channels.CreateClient<Greeter.GreeterClient>(registry.TargetOf(service))),
            Pause));
    }

    public async ValueTask DisposeAsync()
    {
        await _load.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
