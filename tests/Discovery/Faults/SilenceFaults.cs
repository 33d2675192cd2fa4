using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Etcd takes connections and says nothing, from the start, and there is no list on disk.</summary>
public sealed class SilenceFaults
{
    [Fact]
    public async Task A_port_that_takes_connections_and_stays_silent()
    {
        await using var silence = new Silence();
        await using var factory = CreateFactory(silence.Address, "/svc/");
        await EndByThemselvesAsync(factory);

        // On a starved machine the calls may be over before the port has taken anything.
        await Eventually.True(() => silence.Taken > 0, "the port is asked");
    }

    [Fact]
    public async Task Frozen_at_start()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", "/svc/user/1", backend.Address);
        await etcd.FreezeAsync();
        await using var factory = CreateFactory(etcd.Endpoint, "/svc/");
        await EndByThemselvesAsync(factory);

        await etcd.ThawAsync();
        var client = factory.CreateClient<Probe.ProbeClient>("etcd:///user");
        await client.UnaryAsync(new ProbeRequest(), Within(60_000).WithWaitForReady()).ResponseAsync.WaitAsync(Watching.Bound);
    }

    private static DiscoveryChannelFactory CreateFactory(string etcd, string prefix) => DiscoveryChannelFactory.Create(o => o
        .UseEtcd(etcd, e => (e.Prefix, e.RequestTimeout) = (prefix, TimeSpan.FromMinutes(5)))
        .ConfigureChannels(c => c.Resolution.FirstAnswerTimeout = TimeSpan.FromMinutes(5)));

    private static async Task EndByThemselvesAsync(DiscoveryChannelFactory factory)
    {
        var client = factory.CreateClient<Probe.ProbeClient>("etcd:///user");
        using var cancellation = new CancellationTokenSource();
        using var cancelled = client.Duplex(cancellationToken: cancellation.Token);
        var reading = cancelled.ResponseStream.MoveNext(default);
        using var streaming = client.ServerStream(new ProbeRequest(), Within(300));

        Assert.Equal(StatusCode.DeadlineExceeded, await EndOf(client.UnaryAsync(new ProbeRequest(), Within(300)).ResponseAsync));
        Assert.Equal(StatusCode.DeadlineExceeded, await EndOf(streaming.ResponseStream.MoveNext(default)));
        await cancellation.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, await EndOf(reading));
    }

    private static CallOptions Within(int milliseconds) => new(deadline: DateTime.UtcNow.AddMilliseconds(milliseconds));

    private static async Task<StatusCode> EndOf(Task call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Watching.Bound))).StatusCode;
}
