namespace Interceptors.Discovery.Tests;

public sealed class InMemoryServiceRegistryTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task An_unknown_service_has_a_fresh_empty_list()
    {
        await using var watching = new Watching(_registry, "user");
        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task Instances_come_and_go()
    {
        await using var watching = new Watching(_registry, "user");
        var second = _registry.Register(new ServiceInstance("user", new("b", 1)));
        var first = _registry.Register(new ServiceInstance("user", new("a", 1)));
        await using var other = _registry.Register(new ServiceInstance("order", new("c", 1)));
        await watching.UntilFreshAsync("a:1", "b:1");
        Assert.Equal(RegistrationState.Registered, first.State);

        await first.DisposeAsync();
        await first.DisposeAsync();
        await watching.UntilFreshAsync("b:1");
        Assert.Equal(RegistrationState.Stopped, first.State);

        await second.DisposeAsync();
        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task A_later_instance_with_the_same_id_takes_the_place_and_keeps_it()
    {
        await using var watching = new Watching(_registry, "user");
        var old = _registry.Register(new ServiceInstance("user", new("a", 1), "1"));
        await using var later = _registry.Register(new ServiceInstance("user", new("b", 1), "1"));
        await watching.UntilFreshAsync("b:1");

        await old.DisposeAsync();
        await using var third = _registry.Register(new ServiceInstance("user", new("c", 1)));
        await watching.UntilFreshAsync("b:1", "c:1");
    }

    [Fact]
    public async Task Metadata_reaches_the_readers()
    {
        await using var watching = new Watching(_registry, "user");
        var metadata = new Dictionary<string, string> { ["zone"] = "a" };
        await using var registration = _registry.Register(new ServiceInstance("user", new("a", 1, metadata)));

        Assert.Equal("a", (await watching.UntilFreshAsync("a:1")).Endpoints[0].Metadata["zone"]);
    }

    [Fact]
    public async Task Waiting_for_a_state_that_cannot_come_any_more_fails()
    {
        var registration = _registry.Register(new ServiceInstance("user", new("a", 1)));
        await registration.WaitForAsync(RegistrationState.Registered);
        await registration.DisposeAsync();

        await registration.WaitForAsync(RegistrationState.Stopped);
        await Assert.ThrowsAsync<InvalidOperationException>(() => registration.WaitForAsync(RegistrationState.Registered));
    }
}
