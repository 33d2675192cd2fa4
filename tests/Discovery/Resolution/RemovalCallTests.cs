using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Removals with real channels, calls and servers.</summary>
public sealed class RemovalCallTests
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly List<IServiceRegistration> _registrations = [];

    [Fact]
    [Trait("case", "discovery 8")]
    public async Task A_mass_removal_that_is_a_slip_takes_no_server_out_of_use_and_fails_no_call()
    {
        await using var one = await RegisteredAsync();
        await using var two = await RegisteredAsync();
        await using var three = await RegisteredAsync();
        await using var discovery = Discovery(grace: TimeSpan.FromMinutes(10));
        await using var load = await LoadAsync(discovery);
        await Eventually.True(() => one.Calls > 5 && two.Calls > 5 && three.Calls > 5, "all are called");

        await _registrations[1].DisposeAsync();
        await _registrations[2].DisposeAsync();
        await load.MoreAsync(200);
        load.AssertNoFailures();
        var (ofTwo, ofThree) = (two.Calls, three.Calls);
        await load.MoreAsync(100);
        Assert.Equal((ofTwo, ofThree), (two.Calls, three.Calls));

        await one.DisposeAsync();
        await Eventually.True(() =>
            two.Calls > ofTwo + 5 && three.Calls > ofThree + 5, "those that were removed are called when nobody else is left");
    }

    [Fact]
    public async Task A_mass_removal_that_is_meant_is_followed_after_the_grace_time()
    {
        await using var staying = await RegisteredAsync();
        await using var two = await RegisteredAsync();
        await using var three = await RegisteredAsync();
        await using var discovery = Discovery(grace: TimeSpan.FromMilliseconds(500));
        await using var load = await LoadAsync(discovery);
        await Eventually.True(() => two.Calls > 5 && three.Calls > 5, "all are called");

        await _registrations[1].DisposeAsync();
        await _registrations[2].DisposeAsync();
        int before;
        do
        {
            before = two.Calls + three.Calls;
            await load.MoreAsync(50);
        }
        while (two.Calls + three.Calls > before);
        load.AssertNoFailures();
    }

    [Fact]
    public async Task The_last_server_is_called_though_it_is_off_the_list_and_when_it_is_gone_calls_say_that_there_is_none()
    {
        var backend = await RegisteredAsync();
        await using var discovery = Discovery(grace: TimeSpan.FromMilliseconds(200));
        await using var load = await LoadAsync(discovery);
        await _registrations[0].DisposeAsync();
        await load.MoreAsync(100);
        load.AssertNoFailures();

        await backend.DisposeAsync();
        await Eventually.True(
            () => load.Failures.Any(f => f.Contains("No endpoint of service 'user' is registered", StringComparison.Ordinal)),
            "calls say so");
    }

    private async Task<Backend> RegisteredAsync()
    {
        var backend = await Backend.StartAsync();
        _registrations.Add(_registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(backend.Address))));
        return backend;
    }

    private DiscoveryChannelFactory Discovery(TimeSpan grace) =>
        DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry).ConfigureChannels(c =>
            (c.Resolution.MassRemovalGraceTime, c.Resolution.EmptyListGraceTime) = (grace, grace)));

    private static async Task<Load> LoadAsync(DiscoveryChannelFactory discovery)
    {
        var channel = discovery.CreateChannel("memory:///user");
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        return new Load(channel.CreateCallInvoker(), callers: 2, pause: TimeSpan.FromMilliseconds(1));
    }
}
