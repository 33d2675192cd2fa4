using System.Net;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A host with a health page, and a real etcd that stops and starts.</summary>
public sealed class EtcdHealthTests
{
    [Fact]
    public async Task The_health_page_says_degraded_while_etcd_is_down_and_healthy_when_it_is_back()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", backend.Address);
        await using var host = await StartHostAsync(etcd, options);
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };
        var client = host.Services.GetRequiredService<Probe.ProbeClient>();
        await CallAsync();
        await UntilPageSaysAsync(s => s == "Healthy");

        await etcd.KillAsync();
        await UntilPageSaysAsync(
            s => s.StartsWith("Degraded etcd:///user: 1 endpoint in use, not confirmed since ", StringComparison.Ordinal)
            && s.Contains(etcd.Endpoint, StringComparison.Ordinal));
        await CallAsync();

        await etcd.StartAsync();
        await UntilPageSaysAsync(s => s == "Healthy");
        await CallAsync();

        async Task CallAsync() => await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));

        async Task UntilPageSaysAsync(Func<string, bool> wanted)
        {
            string? page = null;
            for (var until = DateTime.UtcNow.AddSeconds(60); page is null || !wanted(page);)
            {
                Assert.True(DateTime.UtcNow < until, $"The page stays at: {page}");
                page = await http.GetStringAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<WebApplication> StartHostAsync(EtcdProcess etcd, EtcdOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEtcdDiscovery(etcd.Endpoint, o =>
        {
            EtcdOptionsFor.Quick(o);
            o.Prefix = options.Prefix;
        });
        builder.Services.AddDiscoveryClient<Probe.ProbeClient>("etcd:///user");
        builder.Services.AddHealthChecks().AddDiscovery(o => o.StaleAfter = TimeSpan.FromMilliseconds(200));
        var app = builder.Build();
        app.MapHealthChecks("/health", new() { ResponseWriter = (context, report) => context.Response.WriteAsync(Text(report)) });
        await app.StartAsync();
        return app;
    }

    private static string Text(HealthReport report) =>
        report.Status == HealthStatus.Healthy ? "Healthy" : $"{report.Status} {report.Entries["discovery"].Description}";
}
