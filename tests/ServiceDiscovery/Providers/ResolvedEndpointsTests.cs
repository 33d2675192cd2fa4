using System.Net;
using Interceptors.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>What .NET's service discovery resolves out of a registry.</summary>
public sealed class ResolvedEndpointsTests : IAsyncDisposable
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly List<ServiceProvider> _providers = [];

    public static TheoryData<string, string?, string[]> Schemes => new()
    {
        { "https+http://user", null, ["http://10.0.0.1:8080"] },
        { "http://user", null, ["http://10.0.0.1:8080"] },
        { "https://user", null, ["https://10.0.0.1:8080"] },
        { "user", null, ["10.0.0.1:8080"] },
        { "https+http://user", "https", ["https://10.0.0.1:8080"] },
        { "https+http://user", "grpcs", ["https://10.0.0.1:8080"] },
        { "http+https://user", "https", ["https://10.0.0.1:8080"] },
        { "https+http://user", "http", ["http://10.0.0.1:8080"] },
        { "http://user", "https", [] },
        { "ftp+http://user", null, ["http://10.0.0.1:8080"] },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task An_endpoint_is_called_with_the_best_scheme_that_it_speaks(string query, string? spoken, string[] expected)
    {
        Register("user", "10.0.0.1", spoken is null ? [] : new() { [EndpointMetadata.Scheme] = spoken });
        var services = Services(options =>
        {
            options.AllowAllSchemes = false;
            options.AllowedSchemes = ["http", "https"];
        });

        Assert.Equal(expected, await ResolveAsync(services, query));
    }

    [Fact]
    public async Task A_named_endpoint_is_one_with_that_tag()
    {
        Register("user", "10.0.0.1", new() { [EndpointMetadata.Tags] = "admin,blue" });
        Register("user", "10.0.0.2", new() { [EndpointMetadata.Tags] = "blue" });
        var services = Services();

        Assert.Equal(["http://10.0.0.1:8080"], await ResolveAsync(services, "http://_admin.user"));
        Assert.Equal(["http://10.0.0.1:8080", "http://10.0.0.2:8080"], await ResolveAsync(services, "http://_Blue.user"));
        Assert.Empty(await ResolveAsync(services, "http://_green.user"));
    }

    [Fact]
    public async Task Weight_zone_and_tags_are_among_the_features()
    {
        Register("user", "10.0.0.1", new() { [EndpointMetadata.Weight] = "7", [EndpointMetadata.Zone] = "north" });

        var source = await Services().GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync("http://user", default);

        var endpoint = Assert.Single(source.Endpoints).Features.Get<DiscoveryEndpoint>();
        Assert.Equal((7, "north"), (endpoint!.Weight, endpoint.Zone));
    }

    [Fact]
    public async Task IPv6_and_host_names_are_resolved_and_sockets_left_out()
    {
        Register("user", "::1", []);
        Register("user", "user.internal", []);
        _registry.Register(new ServiceInstance("user", DiscoveryEndpoint.OfUnixSocket("/run/user.sock"), "socket"));
        var services = Services();

        Assert.Equal(["http://[::1]:8080", "http://user.internal:8080"], await ResolveAsync(services, "http://user"));
        var plain = await services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync("user", default);
        Assert.Equal(
            [new IPEndPoint(
                IPAddress.IPv6Loopback, 8080), new DnsEndPoint("user.internal", 8080)], plain.Endpoints.Select(e => e.EndPoint));
    }

    [Fact]
    public async Task A_name_that_the_registry_does_not_know_is_left_to_the_next_provider_and_taken_over_live()
    {
        var services = Services(configuration: new() { ["Services:user:http:0"] = "http://10.9.9.9:8080" });
        Assert.Equal(["http://10.9.9.9:8080"], await ResolveAsync(services, "http://user"));

        var registration = Register("user", "10.0.0.1", []);
        await UntilAsync(services, "http://10.0.0.1:8080");
        await registration.DisposeAsync();
        await UntilAsync(services, "http://10.9.9.9:8080");
    }

    [Fact]
    public async Task Configuration_comes_first_if_it_was_added_first()
    {
        Register("user", "10.0.0.1", []);
        var services = Services(configuration: new() { ["Services:user:http:0"] = "http://10.9.9.9:8080" }, configurationFirst: true);

        Assert.Equal(["http://10.9.9.9:8080"], await ResolveAsync(services, "http://user"));
    }

    [Fact]
    public async Task Names_can_be_mapped_and_left_out()
    {
        Register("team/user", "10.0.0.1", []);
        Register("other", "10.0.0.2", []);
        var services = Services(configureProvider: o => o.ServiceName = query => query.ServiceName == "user" ? "team/user" : null);

        Assert.Equal(["http://10.0.0.1:8080"], await ResolveAsync(services, "http://user"));
        Assert.Empty(await ResolveAsync(services, "http://other"));
    }

    [Fact]
    public async Task Addresses_and_localhost_are_no_names_of_a_registry()
    {
        Register("localhost", "10.0.0.1", []);
        Register("127.0.0.1", "10.0.0.1", []);
        var services = Services();

        Assert.Empty(await ResolveAsync(services, "http://localhost"));
        Assert.Empty(await ResolveAsync(services, "http://127.0.0.1:8080"));
    }

    [Fact]
    public void A_registry_is_needed_that_is_not_service_discovery_itself()
    {
        Assert.Contains("itself", Assert.Throws<ArgumentException>(
            () => new ServiceCollection().AddDiscoveryServiceEndpointProvider("SD")).Message, StringComparison.Ordinal);
        using var services = new ServiceCollection().AddLogging().AddDiscoveryServiceEndpointProvider("memory").BuildServiceProvider();
        Assert.Contains("AddInMemoryDiscovery", Assert.Throws<InvalidOperationException>(
            services.GetRequiredService<ServiceEndpointResolver>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        var services = Services(configureProvider: o =>
        {
            o.ServiceName = null!;
            o.FirstAnswerTimeout = TimeSpan.FromHours(1);
            o.IdleTimeout = TimeSpan.Zero;
        });

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ServiceEndpointResolver>);

        Assert.Equal(
            ["ServiceName", "FirstAnswerTimeout", "IdleTimeout"],
            error.Failures.Select(problem => problem["DiscoveryServiceEndpointOptions.".Length..].Split(' ')[0]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
            await provider.DisposeAsync();
    }

    private static async Task<IEnumerable<string>> ResolveAsync(IServiceProvider services, string query)
    {
        var source = await services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync(query, default);
        return source.Endpoints.Select(endpoint => endpoint.ToString()!.TrimEnd('/'));
    }

    private static async Task UntilAsync(IServiceProvider services, string expected)
    {
        using var bound = new CancellationTokenSource(Watching.Bound);
        while (!(await ResolveAsync(services, "http://user")).SequenceEqual([expected]))
            await Task.Delay(5, bound.Token);
    }

    private IServiceRegistration Register(string service, string host, Dictionary<string, string> metadata) =>
        _registry.Register(new ServiceInstance(service, new DiscoveryEndpoint(host, 8080, metadata)));

    private ServiceProvider Services(
        Action<ServiceDiscoveryOptions>? configure = null,
        Dictionary<string, string?>? configuration = null,
        bool configurationFirst = false,
        Action<DiscoveryServiceEndpointOptions>? configureProvider = null)
    {
        var services = new ServiceCollection().AddLogging().AddInMemoryDiscovery(_registry)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration ?? []).Build());
        services.Configure(configure ?? (_ => { }));
        if (configurationFirst)
            services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
        services.AddDiscoveryServiceEndpointProvider("memory", configure: configureProvider);
        if (!configurationFirst)
            services.AddConfigurationServiceEndpointProvider();
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider;
    }
}
