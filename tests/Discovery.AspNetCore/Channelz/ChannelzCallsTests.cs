using System.Net;
using Grpc.Channelz.V1;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>The calls of a channel, of its subchannels and on their sockets.</summary>
public sealed class ChannelzCallsTests
{
    [Fact]
    public async Task They_are_counted_as_started_succeeded_and_failed()
    {
        await using var backend = await Backend.StartAsync();
        await using var host = await ChannelzHost.StartAsync();
        using var channel = host.Channels.CreateChannel($"static:///{backend.Address}");
        var probe = new Probe.ProbeClient(channel.CreateCallInvoker());

        for (var i = 0; i < 20; i++)
            await probe.UnaryAsync(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(async () => await probe.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowException }));
        using (var abandoned = await HangAsync(backend, probe))
            abandoned.Dispose();
        using var running = await HangAsync(backend, probe);
        await Eventually.True(() => host.Channels.Inspect()[0].Endpoints[0].InFlight == 1, "the abandoned call has ended");

        var data = await UntilStartedAsync(host, 23);
        Assert.Equal((23, 20, 2), (data.CallsStarted, data.CallsSucceeded, data.CallsFailed));
        Assert.NotNull(data.LastCallStartedTimestamp);
        var subchannel = (await host.SubchannelsAsync())[backend.Address];
        Assert.Equal((23, 20, 2), (subchannel.Data.CallsStarted, subchannel.Data.CallsSucceeded, subchannel.Data.CallsFailed));
        Assert.Equal(data.LastCallStartedTimestamp, subchannel.Data.LastCallStartedTimestamp);

        var answer = await host.Client.GetSocketAsync(new GetSocketRequest { SocketId = Assert.Single(subchannel.SocketRef).SocketId });
        var streams = answer.Socket.Data;
        Assert.Equal((23, 20, 2), (streams.StreamsStarted, streams.StreamsSucceeded, streams.StreamsFailed));
        Assert.Equal(data.LastCallStartedTimestamp, streams.LastLocalStreamCreatedTimestamp);
        Assert.Equal("READY", Assert.Single(streams.Option).Value);
        Assert.Equal(IPAddress.Loopback.GetAddressBytes(), answer.Socket.Remote.TcpipAddress.IpAddress.ToByteArray());
        Assert.Equal(backend.Address, $"127.0.0.1:{answer.Socket.Remote.TcpipAddress.Port}");
    }

    [Fact]
    public async Task A_channels_calls_stay_counted_when_an_endpoint_is_gone()
    {
        await using var leaving = await Backend.StartAsync();
        await using var staying = await Backend.StartAsync();
        await using var host = await ChannelzHost.StartAsync();
        var registry = host.Registry;
        using var channel = host.Channels.CreateChannel("memory:///user");
        var probe = new Probe.ProbeClient(channel.CreateCallInvoker());
        var first = registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(leaving.Address)));
        for (var i = 0; i < 5; i++)
            await probe.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());
        var before = (await host.SubchannelsAsync())[leaving.Address].Ref;

        registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(staying.Address)));
        await host.UntilAsync(staying.Address, ChannelConnectivityState.Types.State.Ready);
        await first.DisposeAsync();
        await Eventually.True(() => host.Channels.Inspect()[0].Endpoints.All(e => e.Endpoint.Address == staying.Address), "one is left");
        for (var i = 0; i < 5; i++)
            await probe.UnaryAsync(new ProbeRequest());

        Assert.Equal(10, (await UntilStartedAsync(host, 10)).CallsSucceeded);
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.GetSubchannelAsync(new GetSubchannelRequest { SubchannelId = before.SubchannelId }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_counted_and_nothing_served_where_it_is_not_mapped()
    {
        await using var backend = await Backend.StartAsync();
        await using var host = await ChannelzHost.StartAsync(map: static app => app.MapGet("/other", static () => "other"));
        using var channel = host.Channels.CreateChannel($"static:///{backend.Address}");
        await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest());

        var target = Assert.Single(host.Channels.Inspect());
        Assert.Null(target.Calls);
        Assert.Null(Assert.Single(target.Endpoints).Calls);
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest()));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    private static async Task<AsyncServerStreamingCall<ProbeResponse>> HangAsync(Backend backend, Probe.ProbeClient probe)
    {
        await Eventually.True(() => backend.Observer.Running == 0, "no handler runs");
        var call = probe.ServerStream(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => backend.Observer.Running == 1, "the handler runs");
        return call;
    }

    private static async Task<ChannelData> UntilStartedAsync(ChannelzHost host, long calls)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var data = (await host.OnlyChannelAsync()).Data;
            if (data.CallsStarted >= calls)
                return data;
            await Task.Delay(20, bound.Token);
        }
    }
}
