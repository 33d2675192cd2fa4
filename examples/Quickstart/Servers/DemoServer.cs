using System.Net;
using Interceptors.Discovery.AspNetCore;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Quickstart.Logs;
using Quickstart.Registries;

namespace Quickstart.Servers;

/// <summary>A server of the demo, on its own Kestrel and a free loopback port, registered under the name of its service.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly Lazy<Task> _end;

    private DemoServer(string name, WebApplication app)
    {
        Name = name;
        _end = new Lazy<Task>(() => EndAsync(app));
        Address = new Uri(app.Urls.Single()).Authority;
    }

    public string Name { get; }

    public string Address { get; }

    /// <param name="name">What it is called in logs.</param>
    /// <param name="registry">Where it registers.</param>
    /// <param name="tape">Where it logs to.</param>
    /// <param name="pace">How long it takes to answer.</param>
    /// <param name="weight">The weight that it registers with; null for none.</param>
    public static Task<DemoServer> StartGreeterAsync(
        string name, Registry registry, LogTape tape, TimeSpan pace = default, int? weight = null) =>
        StartAsync<GreeterService>(
            name, Registry.Greeter, registry, tape, services => services.AddSingleton(new Pace(pace)),
            registration => registration.Weight = weight);

    public static Task<DemoServer> StartGatewayAsync(Registry registry, LogTape tape) =>
        StartAsync<GatewayService>(Registry.Gateway, Registry.Gateway, registry, tape, services =>
            services.AddDiscoveryClient<Demo.Greeter.GreeterClient>(registry.TargetOf(Registry.Greeter)).AddStandardInterceptors());

    /// <summary>Leaves as every host does: deregisters, waits until clients have seen it, finishes its calls, stops.</summary>
    public ValueTask DisposeAsync() => new(_end.Value);

    private static async Task<DemoServer> StartAsync<TService>(
        string name, string service, Registry registry, LogTape tape, Action<IServiceCollection> configure,
        Action<ServiceRegistrationOptions>? configureRegistration = null)
        where TService : class
    {
        // No settings file of the folder in which the demo happens to be started.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        tape.AddTo(builder.Logging, name);
        // The demo decides itself when a server ends.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors().AddStandard();
        registry.AddTo(builder.Services);
        builder.Services.AddServiceRegistration(service, configureRegistration);
        configure(builder.Services);

        var app = builder.Build();
        app.MapGrpcService<TService>();
        // Not to be interrupted: a start that is given up half-way would leave its registration behind.
        await app.StartAsync();
        return new DemoServer(name, app);
    }

    private static async Task EndAsync(WebApplication app)
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
