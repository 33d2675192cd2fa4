using Interceptors.Testing;
using Interceptors.Testing.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>The page as people see it: in a browser, over real servers and calls.</summary>
public sealed class BrowserTests(SharedEtcd shared, SharedBrowser browser) : IClassFixture<SharedEtcd>, IClassFixture<SharedBrowser>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Fact]
    public async Task A_server_that_joins_is_paused_and_is_killed_is_seen_live()
    {
        var prefix = _etcd.Options().Prefix;
        await using var mortal = await ServerProcess.StartAsync(_etcd, prefix, TimeSpan.FromMinutes(10));
        await using var host = await PageHost.StartAsync(services => services
            .AddEtcdDiscovery(_etcd.Endpoint, o => o.Prefix = prefix)
            .AddServiceRegistration("gateway"));
        using var channel = host.Channels.CreateChannel("etcd:///user");
        await using var load = new Load(channel.CreateCallInvoker(), pause: TimeSpan.FromMilliseconds(5));
        await using var page = await browser.OpenAsync();
        await page.LookAsync(1200, 760, isDark: false);
        await page.GoToAsync(host.Page);

        await page.UntilAsync(Row(mortal.Address, "ready"));
        await page.UntilAsync($"parseFloat({Cell(mortal.Address, "calls/s")}) > 0 && parseFloat({Cell(mortal.Address, "mean ms")}) > 0");
        await page.UntilAsync("document.querySelector('[data-service=gateway][data-state=registered]')");
        await page.UntilAsync("document.getElementById('live').textContent === 'live'");

        await using var joining = await Backend.StartAsync(services => services
            .AddEtcdDiscovery(_etcd.Endpoint, o => (o.Prefix, o.Format) = (prefix, EndpointFormat.EtcdNaming))
            .AddServiceRegistration("user", o => (o.Zone, o.Weight) = ("north", 250)));
        await page.UntilAsync($"{Row(joining.Address, "ready")} && {Cell(joining.Address, "weight")} === '250'");
        await page.UntilAsync($"{Cell(joining.Address, "zone")} === 'north' && parseFloat({Cell(joining.Address, "calls/s")}) > 0");
        await page.UntilAsync(Changed(joining.Address, "new: "));

        await joining.Services.GetRequiredService<IHostRegistrations>().PauseAsync();
        await page.UntilAsync($"!{RowOf(joining.Address)}");
        await page.UntilAsync(Changed(joining.Address, "gone"));
        await joining.Services.GetRequiredService<IHostRegistrations>().ResumeAsync();
        await page.UntilAsync(Row(joining.Address, "ready"));

        await host.Services.GetRequiredService<IHostRegistrations>().PauseAsync();
        await page.UntilAsync("document.querySelector('[data-service=gateway][data-state=paused]')");

        await Pictures.SaveAsync(page, "light-desktop");
        await mortal.KillAsync();
        await page.UntilAsync(Row(mortal.Address, "failing"));
        await page.UntilAsync(Changed(mortal.Address, "failing"));
        await page.UntilAsync($"parseFloat({Cell(mortal.Address, "calls/s")}) === 0 && parseFloat({Cell(joining.Address, "calls/s")}) > 0");

        // Readable on a phone: nothing is cut off or needs scrolling sideways.
        await page.LookAsync(390, 844, isDark: true, scale: 1.5);
        await page.UntilAsync("document.documentElement.scrollWidth <= 390 && innerWidth === 390");
        await page.UntilAsync("getComputedStyle(document.body).backgroundColor === 'rgb(18, 22, 28)'");
        await Pictures.SaveAsync(page, "dark-phone");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task What_a_hostile_registration_says_is_text()
    {
        const string Markup = "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script>";
        var registry = new InMemoryServiceRegistry();
        var metadata = new Dictionary<string, string>
        {
            ["zone"] = Markup,
            ["version"] = $"</script>{Markup}",
            ["tags"] = Markup,
            ["note"] = $"'\"&lt;{Markup}\u202Eabc\u0007",
            ["__proto__"] = Markup,
        };
        registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("127.0.0.1", 1, metadata)));
        await using var host = await PageHost.StartAsync(
            services => services.AddInMemoryDiscovery(registry), o => o.MetadataKeys.UnionWith(["note", "__proto__"]));
        using var channel = host.Channels.CreateChannel("memory:///user");
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest()));
        await using var page = await browser.OpenAsync();

        await page.GoToAsync(host.Page);
        await page.UntilAsync(Row("127.0.0.1:1", "failing"));

        var text = (await page.EvaluateAsync($"{RowOf("127.0.0.1:1")}.innerText")).GetString()!;
        Assert.Contains(Markup, text, StringComparison.Ordinal);
        Assert.Contains("&lt;", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', text);
        Assert.DoesNotContain('\u0007', text);
        Assert.Equal(0, (await page.EvaluateAsync("document.images.length")).GetInt32());
        Assert.Equal(1, (await page.EvaluateAsync("document.scripts.length")).GetInt32());
        Assert.Equal("Discovery", (await page.EvaluateAsync("document.title")).GetString());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_s_policy_lets_no_markup_and_no_other_script_run()
    {
        await using var host = await PageHost.StartAsync(services => services.AddInMemoryDiscovery());
        await using var page = await browser.OpenAsync();
        await page.GoToAsync(host.Page);
        await page.UntilAsync("document.getElementById('live').textContent === 'live'");

        Assert.True((await page.EvaluateAsync(
            "(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } })()")).GetBoolean());
        await page.EvaluateAsync("fetch('http://127.0.0.1:1/elsewhere').catch(() => {})");
        await Eventually.True(
            () => page.Complaints.Any(c => c.Contains("connect-src", StringComparison.Ordinal)), "a request elsewhere is refused");
    }

    private static string RowOf(string address) => $"document.querySelector('[data-address=\"{address}\"]')";

    private static string Row(string address, string state) => $"{RowOf(address)}?.dataset.state === '{state}'";

    private static string Cell(string address, string name) => $"{RowOf(address)}?.querySelector('[data-name=\"{name}\"]').textContent";

    private static string Changed(string address, string what) =>
        $"[...document.querySelectorAll('#changes li')].some(li => li.innerText.includes('{address}') && li.innerText.includes('{what}'))";
}
