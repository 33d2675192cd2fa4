using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A registration that ends before it has begun.</summary>
public sealed class UnregisteredEndTests
{
    [Fact]
    [Trait("case", "discovery 14b")]
    public async Task A_key_that_never_was_is_not_said_to_be_deregistered()
    {
        await using var etcd = EtcdProcess.Create();
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(etcd.Options(), logs.Factory());
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await Eventually.True(() => registration.Problem is not null, "it has tried");

        await registration.DisposeAsync().AsTask().WaitAsync(Watching.Bound);
        Assert.Empty(logs.Named("Deregistered"));
        Assert.Empty(logs.Named("NotDeregistered"));
    }

    [Fact]
    [Trait("case", "discovery 14b")]
    public async Task No_lease_is_left_by_registrations_that_end_while_it_is_granted()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options(o => o.LeaseTtl = TimeSpan.FromHours(1));
        await using (var registry = new EtcdServiceRegistry(options))
        {
            for (var i = 0; i < 100; i++)
            {
                var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
                // Later and later, so that the end meets every step on the way.
                for (var spin = 0; spin < i; spin++)
                    await Task.Yield();
                await registration.DisposeAsync();
            }
        }

        Assert.Contains("found 0 leases", await etcd.CtlAsync("lease", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("case", "discovery 13")]
    [InlineData("127.0.0.1", "http://192.0.2.1:2379", 1)]
    [InlineData("::1", "http://192.0.2.1:2379", 1)]
    [InlineData("10.0.0.1", "http://192.0.2.1:2379", 0)]
    [InlineData("127.0.0.1", "http://127.0.0.1:1", 0)]
    public async Task A_loopback_address_in_an_etcd_elsewhere_is_warned_of(string host, string etcd, int warnings)
    {
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(new EtcdOptions { Endpoints = { etcd } }, logs.Factory());
        await using var registration = registry.Register(new ServiceInstance("user", new(host, 80)));

        Assert.Equal(warnings, logs.Named("LoopbackRegistered").Count(l => l.Message.Contains("AdvertisedHost", StringComparison.Ordinal)));
    }
}
