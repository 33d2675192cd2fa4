using System.Diagnostics;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class RegistrationHostedServiceTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task A_server_is_registered_with_its_bound_address_once_it_has_started_and_gone_when_it_stops()
    {
        await using var watching = new Watching(_registry, "user");
        await watching.UntilFreshAsync();
        await using var backend = await StartAsync("user");
        await watching.UntilFreshAsync(backend.Address);

        await backend.StopAsync();
        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task Several_services_of_one_host_are_each_registered()
    {
        await using var user = new Watching(_registry, "user");
        await using var order = new Watching(_registry, "order");
        await using var backend = await Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user", o => o.Id = "1")
            .AddServiceRegistration("user")
            .AddServiceRegistration("order"));

        await user.UntilFreshAsync(backend.Address);
        await order.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task The_drain_time_is_waited_for_after_deregistering()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync("user", o => o.DrainTime = TimeSpan.FromMilliseconds(700));
        await watching.UntilFreshAsync(backend.Address);

        var stopwatch = Stopwatch.StartNew();
        var stopping = backend.StopAsync();
        await watching.UntilFreshAsync();
        Assert.False(stopping.IsCompleted);
        await stopping;
        Assert.InRange(stopwatch.ElapsedMilliseconds, 690, 10_000);
    }

    [Fact]
    public async Task A_wrong_option_stops_the_start_and_is_named()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("user", o => o.AdvertisedHost = "0.0.0.0"));

        Assert.Contains("ServiceRegistrationOptions.AdvertisedHost of service 'user'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_a_registry_does_not_start_and_says_what_to_add()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Backend.StartAsync(s => s.AddServiceRegistration("user")));

        Assert.Contains("AddEtcdDiscovery", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_come_and_go_under_load_fail_no_call()
    {
        await using var discovery = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));
        var channel = discovery.CreateChannel("memory:///user");
        await using var staying = await StartAsync("user");
        await using var load = new Load(channel.CreateCallInvoker());
        for (var round = 0; round < 5; round++)
        {
            var passing = await StartAsync("user");
            await Eventually.True(() => passing.Calls > 20, "the new one is called");
            await passing.DisposeAsync();
            await load.MoreAsync(50);
        }

        load.AssertNoFailures();
        Assert.InRange(load.Calls, 100, int.MaxValue);
    }

    private Task<Backend> StartAsync(string service, Action<ServiceRegistrationOptions>? configure = null) =>
        Backend.StartAsync(s => s.AddInMemoryDiscovery(_registry).AddServiceRegistration(service, configure));
}
