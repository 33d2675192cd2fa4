using System.Net;
using System.Net.Sockets;
using Grpc.Channelz.V1;
using Grpc.Core;
using Interceptors.Testing;
using Interceptors.Testing.Server;
using Microsoft.Extensions.DependencyInjection;
using State = Grpc.Channelz.V1.ChannelConnectivityState.Types.State;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>What a client of channelz reads is what is so.</summary>
public sealed class ChannelzStateTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Fact]
    public async Task All_are_ready_and_one_that_is_killed_is_not_any_more()
    {
        var prefix = _etcd.Options().Prefix;
        // Leases so long that nothing but the client itself notices.
        await using var first = await ServerProcess.StartAsync(_etcd, prefix, TimeSpan.FromMinutes(10));
        await using var mortal = await ServerProcess.StartAsync(_etcd, prefix, TimeSpan.FromMinutes(10));
        await using var third = await ServerProcess.StartAsync(_etcd, prefix, TimeSpan.FromMinutes(10));
        await using var host = await ChannelzHost.StartAsync(services => services.AddEtcdDiscovery(_etcd.Endpoint, o => o.Prefix = prefix));
        using var channel = host.Channels.CreateChannel("etcd:///user");
        var probe = new Probe.ProbeClient(channel.CreateCallInvoker());
        await probe.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());

        foreach (var server in new[] { first, mortal, third })
            await host.UntilAsync(server.Address, State.Ready);
        var before = await host.OnlyChannelAsync();
        Assert.Equal(("etcd:///user", "etcd:///user", State.Ready), (before.Ref.Name, before.Data.Target, before.Data.State.State));
        Assert.Equal(3, before.SubchannelRef.Count);
        var socket = Assert.Single((await host.SubchannelsAsync())[mortal.Address].SocketRef);

        await mortal.KillAsync();
        var failing = await host.UntilAsync(mortal.Address, State.TransientFailure);

        Assert.Contains("refused", Assert.Single(failing.Data.Trace.Events).Description, StringComparison.Ordinal);
        Assert.Empty(failing.SocketRef);
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.GetSocketAsync(new GetSocketRequest { SocketId = socket.SocketId }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        var subchannels = await host.SubchannelsAsync();
        Assert.Equal(
            (State.Ready, State.Ready), (subchannels[first.Address].Data.State.State, subchannels[third.Address].Data.State.State));
        var after = await host.OnlyChannelAsync();
        Assert.Equal(State.Ready, after.Data.State.State);
        Assert.Equal((before.Ref, before.SubchannelRef), (after.Ref, after.SubchannelRef));
    }

    [Fact]
    public async Task A_channel_is_idle_before_its_first_call_and_one_that_waits_for_a_server_is_connecting()
    {
        // It accepts, and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var host = await ChannelzHost.StartAsync();
        var address = $"{silent.LocalEndpoint}";
        using var channel = host.Channels.CreateChannel($"static:///{address}");
        var idle = await host.OnlyChannelAsync();
        Assert.Equal(State.Idle, idle.Data.State.State);
        Assert.Empty(idle.SubchannelRef);

        using var call = new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest());

        await host.UntilAsync(address, State.Connecting);
        Assert.Equal(State.Connecting, (await host.OnlyChannelAsync()).Data.State.State);
    }

    [Fact]
    public async Task What_the_policy_does_not_need_is_idle()
    {
        await using var used = await Backend.StartAsync();
        await using var spare = await Backend.StartAsync();
        await using var host = await ChannelzHost.StartAsync();
        using var channel = host.Channels.CreateChannel(
            $"static:///{used.Address},{spare.Address}", o => o.LoadBalancingPolicy = LoadBalancingPolicies.PickFirst);
        await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest());

        await host.UntilAsync(used.Address, State.Ready);
        await host.UntilAsync(spare.Address, State.Idle);
    }

    [Fact]
    public async Task An_ejected_server_fails_and_its_socket_says_why()
    {
        await using var good = await Backend.StartAsync();
        await using var bad = await Backend.StartAsync();
        bad.Observer.OnCall = _ => throw new RpcException(new Status(StatusCode.Internal, "broken"));
        await using var host = await ChannelzHost.StartAsync();
        using var channel = host.Channels.CreateChannel(
            $"static:///{good.Address},{bad.Address}",
            o => o.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 2 });
        await using var load = new Load(channel.CreateCallInvoker(), pause: TimeSpan.FromMilliseconds(1));

        var ejected = await host.UntilAsync(bad.Address, State.TransientFailure);

        var socket = Assert.Single(ejected.SocketRef);
        var answer = await host.Client.GetSocketAsync(new GetSocketRequest { SocketId = socket.SocketId });
        Assert.Equal("EJECTED", Assert.Single(answer.Socket.Data.Option, static option => option.Name == "STATE").Value);
        await host.UntilAsync(good.Address, State.Ready);
    }
}
