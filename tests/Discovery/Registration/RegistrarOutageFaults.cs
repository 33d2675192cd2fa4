using System.Diagnostics;
using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// Etcd goes away and comes back while instances are registered. See also <see cref="EtcdRegistrationOutageTests"/> (down at start, a
/// restart within the lease, a cut beyond it) and <see cref="EtcdServiceRegistryTests"/> (the key deleted, changed, its lease revoked).
/// </summary>
public sealed class RegistrarOutageFaults
{
    [Fact]
    public async Task An_etcd_that_was_down_for_longer_than_the_lease_has_the_same_key_again()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var registrar = await RegistrarUnderTest.StartAsync(etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(2)));
        await etcd.KillAsync();
        await registrar.UntilAllAsync(RegistrationState.Repairing);
        var down = Stopwatch.StartNew();
        await Eventually.True(() => down.Elapsed > TimeSpan.FromSeconds(4), "it is down for twice the lease");

        await etcd.StartAsync();
        await registrar.UntilRightAsync();
    }

    [Fact]
    public async Task An_etcd_that_knows_nothing_any_more_gets_the_key_again()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var registrar = await RegistrarUnderTest.StartAsync(etcd.Options());

        await etcd.StartOverAsync();
        await registrar.UntilRightAsync();
    }

    [Fact]
    public async Task An_etcd_that_was_frozen_for_twenty_seconds_has_the_same_key()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var registrar = await RegistrarUnderTest.StartAsync(etcd.Options());
        var frozen = Stopwatch.StartNew();
        await etcd.FreezeAsync();
        await registrar.UntilAllAsync(RegistrationState.Repairing);
        await Eventually.True(() => frozen.Elapsed > TimeSpan.FromSeconds(20), "the freeze is over", TimeSpan.FromSeconds(60));

        await etcd.ThawAsync();
        await registrar.UntilRightAsync();
    }

    [Fact]
    public async Task A_thousand_registrations_come_back_from_a_restart_spread_out_and_none_twice()
    {
        const int Count = 1000;
        await using var etcd = await EtcdProcess.StartNewAsync();
        // An etcd that starts holds requests until it can answer all at once; the wire opens when it can.
        await using var wire = new Wire(etcd.Endpoint);
        var options = etcd.Options(o => (o.Endpoints[0], o.LeaseTtl) = (wire.Endpoint, TimeSpan.FromMinutes(1)));
        (options.RetryDelay, options.MaxRetryDelay) = (new EtcdOptions().RetryDelay, new EtcdOptions().MaxRetryDelay);
        await using var registrar = await RegistrarUnderTest.StartAsync(options, etcd.Options(o => o.Prefix = options.Prefix), Count);
        var before = await registrar.ListAsync();

        wire.Cut();
        await etcd.RestartAsync();
        await registrar.UntilAllAsync(RegistrationState.Repairing);
        var down = Stopwatch.StartNew();
        await Eventually.True(
            () => down.Elapsed > 2 * options.MaxRetryDelay, "the pauses have reached their length", TimeSpan.FromSeconds(60));
        wire.Mend();
        var back = registrar.Registrations.Select(BackAsync).ToList();
        var moments = (await Task.WhenAll(back)).Order().ToList();
        await registrar.UntilRightAsync();

        // The pauses are up to 3 s long, at random; a slow machine only spreads them more.
        var middle = moments[Count * 9 / 10] - moments[Count / 10];
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"the middle 80 % came back within {middle} ms, all within {moments[^1] - moments[0]} ms"));
        Assert.InRange(middle, options.MaxRetryDelay.TotalMilliseconds / 5, double.MaxValue);
        // Their leases lived on, so that no watcher has seen anything.
        Assert.Empty(await registrar.HistoryAsync(before.Header.Revision));
    }

    private static async Task<long> BackAsync(IServiceRegistration registration)
    {
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(TimeSpan.FromSeconds(90));
        return Environment.TickCount64;
    }
}
