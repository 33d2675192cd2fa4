using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>Who gets to see the page.</summary>
public sealed class AuthorizationTests
{
    private static readonly string[] Paths = ["discovery", "discovery/json", "discovery/events"];

    [Fact]
    public async Task Outside_of_development_a_host_with_an_open_page_does_not_start_and_says_what_to_write()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync("Production", app => app.MapDiscoveryPage()));

        Assert.Contains("app.MapDiscoveryPage(\"/discovery\").RequireAuthorization(", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowAnonymous = true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_open_in_spite_of_its_authorization_is_refused_too() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(
            "Staging", app => app.MapDiscoveryPage().RequireAuthorization().AllowAnonymous()));

    [Fact]
    public async Task The_page_its_json_and_its_events_are_under_the_authorization_of_the_app()
    {
        await using var host = await StartAsync("Production", app => app.MapDiscoveryPage().RequireAuthorization());

        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, path));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, path, user: "anna"));
        }
    }

    [Fact]
    public async Task A_policy_of_the_app_decides_who()
    {
        await using var host = await StartAsync(
            "Production", app => app.MapDiscoveryPage().RequireAuthorization(policy => policy.RequireUserName("anna")));

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, "discovery", user: "bert"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "discovery", user: "anna"));
    }

    [Fact]
    public async Task A_fallback_policy_is_authorization()
    {
        await using var host = await StartAsync(
            "Production", app => app.MapDiscoveryPage(),
            services => services.Configure<AuthorizationOptions>(
                o => o.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, "discovery/json"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "discovery/json", user: "anna"));
    }

    [Fact]
    public async Task The_authorization_of_a_group_around_it_counts()
    {
        await using var host = await StartAsync(
            "Production", app => app.MapGroup("/admin").RequireAuthorization().MapDiscoveryPage("/discovery"));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, "admin/discovery"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "admin/discovery", user: "anna"));
    }

    [Fact]
    public async Task In_an_open_group_the_page_is_refused_and_nothing_else()
    {
        await using var host = await StartAsync("Production", app => app.MapGroup("/admin").MapDiscoveryPage("/discovery"));

        foreach (var path in Paths)
            Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(host, $"admin/{path}", user: "anna"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "other"));
    }

    [Fact]
    public async Task It_is_open_where_that_is_said_and_in_development()
    {
        await using var told = await StartAsync("Production", app => app.MapDiscoveryPage("/d", o => o.AllowAnonymous = true));
        await using var development = await StartAsync("Development", app => app.MapDiscoveryPage("/d"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(told, "d"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(development, "d"));
    }

    [Fact]
    public async Task It_is_only_where_it_is_mapped()
    {
        await using var host = await StartAsync("Development", _ => { });

        foreach (var path in Paths)
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, path));
    }

    private static Task<PageHost> StartAsync(
        string environment, Action<WebApplication> map, Action<IServiceCollection>? configure = null) =>
        PageHost.StartAsync(
            environment,
            services =>
            {
                services.AddInMemoryDiscovery();
                configure?.Invoke(services);
            },
            map);

    private static async Task<HttpStatusCode> StatusAsync(PageHost host, string path, string? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (user is not null)
            request.Headers.Add(HeaderAuthentication.Header, user);
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }
}
