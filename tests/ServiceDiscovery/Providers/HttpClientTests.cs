using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>An HttpClient with .NET's own service discovery, real servers, a real etcd.</summary>
public sealed class HttpClientTests(SharedEtcd etcd) : IClassFixture<SharedEtcd>
{
    private readonly string _prefix = $"/test/{Guid.NewGuid():n}/";

    [Fact]
    public async Task It_calls_the_registered_servers_in_turn_and_follows_joins_and_leaves()
    {
        await using var services = Client(etcd.Etcd.Endpoint);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("user");
        await using var first = await WebServer.StartAsync(Registry, "user");
        await using var second = await WebServer.StartAsync(Registry, "user");
        await UntilAsync(client, first.Address, second.Address);

        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
            answers.Add(await client.GetStringAsync("/"));
        Assert.Equal(5, answers.Count(answer => answer == first.Address));

        await using var third = await WebServer.StartAsync(Registry, "user");
        await UntilAsync(client, first.Address, second.Address, third.Address);

        await first.StopAsync();
        await UntilAsync(client, second.Address, third.Address);
    }

    [Fact]
    public async Task A_registry_that_is_away_at_first_is_taken_up_when_it_comes_and_its_list_outlives_an_outage()
    {
        await using var late = EtcdProcess.Create();
        await using var services = Client(late.Endpoint, o => o.FirstAnswerTimeout = TimeSpan.FromSeconds(1));
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("user");
        // The name itself, which nobody knows, is what .NET falls back to.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));

        await late.StartAsync();
        await using var server = await WebServer.StartAsync(
            services => services.AddEtcdDiscovery(late.Endpoint, Quick), "user");
        await UntilAsync(client, server.Address);

        await late.KillAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(server.Address, await client.GetStringAsync("/"));
    }

    private void Registry(IServiceCollection services) => services.AddEtcdDiscovery(etcd.Etcd.Endpoint, Quick);

    private void Quick(EtcdOptions options)
    {
        EtcdOptionsFor.Quick(options);
        options.Prefix = _prefix;
    }

    private ServiceProvider Client(string endpoint, Action<DiscoveryServiceEndpointOptions>? configure = null)
    {
        var services = new ServiceCollection().AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddEtcdDiscovery(endpoint, Quick)
            .AddServiceDiscovery()
            .AddDiscoveryServiceEndpointProvider(configure: configure);
        services.AddHttpClient("user", client => client.BaseAddress = new Uri("https+http://user")).AddServiceDiscovery();
        return services.BuildServiceProvider();
    }

    /// <summary>Waits until these servers, and no others, have answered the last calls.</summary>
    private static async Task UntilAsync(HttpClient client, params string[] addresses)
    {
        using var bound = new CancellationTokenSource(Watching.Bound);
        while (true)
        {
            bound.Token.ThrowIfCancellationRequested();
            var answers = new HashSet<string>();
            for (var i = 0; i < addresses.Length * 2; i++)
            {
                try
                {
                    answers.Add(await client.GetStringAsync("/", bound.Token));
                }
                catch (HttpRequestException exception)
                {
                    answers.Add(exception.Message);
                }
            }

            if (answers.SetEquals(addresses))
                return;
        }
    }
}
