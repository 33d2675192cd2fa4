using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>A real Kestrel with the page, and a client of it that is nobody in particular.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Page => new(Http.BaseAddress!, "discovery");

    public DiscoveryChannelFactory Channels => Services.GetRequiredService<DiscoveryChannelFactory>();

    public static Task<PageHost> StartAsync(Action<IServiceCollection> configure, Action<DiscoveryPageOptions>? options = null) =>
        StartAsync("Development", configure, app => app.MapDiscoveryPage(configure: o =>
        {
            o.RefreshInterval = TimeSpan.FromMilliseconds(100);
            options?.Invoke(o);
        }));

    public static async Task<PageHost> StartAsync(string environment, Action<IServiceCollection> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication("header")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", configureOptions: null);
        configure(builder.Services);
        var app = builder.Build();
        try
        {
            map(app);
            app.MapGet("/other", () => "other").AllowAnonymous();
            await app.StartAsync();
            return new PageHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonElement> ReadAsync() => JsonDocument.Parse(await Http.GetStringAsync(new Uri(Page + "/json"))).RootElement;

    public Task<HttpResponseMessage> ListenAsync(CancellationToken cancellationToken = default) =>
        Http.GetAsync(new Uri(Page + "/events"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
