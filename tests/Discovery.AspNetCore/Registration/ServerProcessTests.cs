using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Interceptors.Testing;
using Interceptors.Testing.Server;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>A server in a process of its own, as it ends: with its host, or when it is told to.</summary>
public sealed class ServerProcessTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Fact]
    public async Task The_key_of_a_host_that_crashed_is_gone_when_the_granted_lease_has_ended()
    {
        var options = _etcd.Options();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await using var server = await ServerProcess.StartAsync(_etcd, options.Prefix, TimeSpan.FromSeconds(3));
        Assert.Equal(options.Prefix + $"user/{server.Address}", await KeysAsync(options));
        await watching.UntilFreshAsync(server.Address);

        await server.KillAsync();
        var since = Stopwatch.StartNew();
        await watching.UntilFreshAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"gone {since.Elapsed.TotalSeconds:F2} s after the crash"));
        Assert.Equal("", await KeysAsync(options));
        // The promise is the lease and one second; what is above that is for a machine that is busy.
        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3 + 1 + 10));
    }

    [Fact]
    public async Task Sigterm_deregisters_then_drains_then_lets_running_calls_end()
    {
        var options = _etcd.Options();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await using var server = await ServerProcess.StartAsync(
            _etcd, options.Prefix, TimeSpan.FromMinutes(10), "--Registration:Id=1", "--Registration:DrainTime=00:00:00.300");
        using var channel = GrpcChannel.ForAddress($"http://{server.Address}");
        var probe = new Probe.ProbeClient(channel);
        using var running = probe.UnaryAsync(new ProbeRequest { Text = "running", Ending = Ending.Hang });
        using var stream = probe.ServerStream(new ProbeRequest { Text = "stream" });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(options.Prefix + "user/1", await KeysAsync(options));
        await watching.UntilFreshAsync(server.Address);

        var terminated = server.TerminateAsync();
        await watching.UntilFreshAsync();
        Assert.Equal("", await KeysAsync(options));
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
            Assert.Equal("stream", stream.ResponseStream.Current.Text);
        Assert.Equal("running", (await running).Text);
        Assert.Equal(0, await terminated.WaitAsync(Watching.Bound));
    }

    [Fact]
    public async Task A_server_that_is_terminated_still_takes_new_calls_while_clients_learn_of_it()
    {
        var options = _etcd.Options();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await using var server = await ServerProcess.StartAsync(
            _etcd, options.Prefix, TimeSpan.FromMinutes(10), "--Registration:DrainTime=00:00:20");
        using var channel = GrpcChannel.ForAddress($"http://{server.Address}");
        await watching.UntilFreshAsync(server.Address);

        var terminated = server.TerminateAsync();
        await watching.UntilFreshAsync();
        Assert.Equal("new", (await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest { Text = "new" })).Text);
        Assert.False(terminated.IsCompleted);
        await server.KillAsync();
        await terminated;
    }

    [Fact]
    public async Task Metadata_and_weight_from_configuration_stand_in_etcd_in_a_format_that_carries_them()
    {
        var options = _etcd.Options(o => o.Format = EndpointFormat.EtcdNaming);
        await using var registry = new EtcdServiceRegistry(options);
        var configured = new ServiceRegistrationOptions { Id = "1", Zone = "north", Weight = 3 };
        var instance = AdvertisedInstances.From("user", configured, ["http://10.0.0.1:80"]).Single();
        await registry.Register(instance).WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");

        var endpoint = (await watching.UntilFreshAsync("10.0.0.1:80")).Endpoints[0];
        Assert.Equal(("north", 3), (endpoint.Zone, endpoint.Weight));
    }

    private async Task<string> KeysAsync(EtcdOptions options) =>
        (await _etcd.CtlAsync("get", "--prefix", "--keys-only", options.Prefix)).Trim();
}
