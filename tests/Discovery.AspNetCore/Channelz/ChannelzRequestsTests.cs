using Grpc.Channelz.V1;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>Ids and pages, as the service's contract has them.</summary>
public sealed class ChannelzRequestsTests : IAsyncLifetime
{
    private ChannelzHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ChannelzHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Channels_come_in_pages_by_their_ids()
    {
        var channels = Enumerable.Range(1, 5).Select(n => _host.Channels.CreateChannel($"static:///127.0.0.1:{n}")).ToList();

        var pages = new List<GetTopChannelsResponse>();
        for (var start = 0L; pages.Count == 0 || !pages[^1].End; start = pages[^1].Channel[^1].Ref.ChannelId + 1)
            pages.Add(await ReadAsync(start, most: 2));

        Assert.Equal([2, 2, 1], pages.Select(static page => page.Channel.Count));
        Assert.Equal([false, false, true], pages.Select(static page => page.End));
        var ids = pages.SelectMany(static page => page.Channel).Select(static channel => channel.Ref.ChannelId).ToList();
        Assert.Equal(ids.Distinct().Order(), ids);
        Assert.All(ids, static id => Assert.True(id > 0));
        Assert.Equal(
            Enumerable.Range(1, 5).Select(static n => $"static:///127.0.0.1:{n}"),
            pages.SelectMany(static page => page.Channel).Select(static channel => channel.Data.Target));
        var all = await ReadAsync(0, most: 0);
        Assert.Equal((5, true), (all.Channel.Count, all.End));
        Assert.Equal(2, (await ReadAsync(ids[3], most: 0)).Channel.Count);
        var beyond = await ReadAsync(ids[4] + 1, most: 0);
        Assert.Equal((0, true), (beyond.Channel.Count, beyond.End));

        // A channel that is closed takes its id along; the others keep theirs.
        channels[1].Dispose();
        Assert.Equal(
            ids.Where((_, index) => index != 1),
            (await UntilAsync(static page => page.Channel.Count == 4)).Channel.Select(static channel => channel.Ref.ChannelId));
        Assert.Equal(StatusCode.NotFound, await FailAsync(
            async client => await client.GetChannelAsync(new GetChannelRequest { ChannelId = ids[1] })));
        channels.ForEach(static channel => channel.Dispose());
    }

    [Fact]
    public async Task No_page_is_longer_than_a_hundred()
    {
        var channels = Enumerable.Range(1, 101).Select(n => _host.Channels.CreateChannel($"static:///127.0.0.1:{n}")).ToList();

        var page = await ReadAsync(0, most: 1000);

        Assert.Equal((100, false), (page.Channel.Count, page.End));
        channels.ForEach(static channel => channel.Dispose());
    }

    [Fact]
    public async Task One_channel_is_the_same_as_in_the_list_and_ids_are_of_one_kind()
    {
        await using var backend = await Backend.StartAsync();
        using var channel = _host.Channels.CreateChannel($"static:///{backend.Address}");
        await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest());
        await _host.UntilAsync(backend.Address, ChannelConnectivityState.Types.State.Ready);

        var listed = await _host.OnlyChannelAsync();
        var id = listed.Ref.ChannelId;
        var subchannel = Assert.Single(listed.SubchannelRef).SubchannelId;
        var socket = Assert.Single((await _host.SubchannelsAsync())[backend.Address].SocketRef).SocketId;

        Assert.Equal(listed.Ref, (await _host.Client.GetChannelAsync(new GetChannelRequest { ChannelId = id })).Channel.Ref);
        Assert.Equal(3, new HashSet<long> { id, subchannel, socket }.Count);
        foreach (var other in new[] { subchannel, socket, 0, -1, long.MaxValue, long.MinValue })
            Assert.Equal(
                StatusCode.NotFound, await FailAsync(async c => await c.GetChannelAsync(new GetChannelRequest { ChannelId = other })));
        foreach (var other in new[] { id, socket, 0, -1, long.MaxValue })
        {
            Assert.Equal(StatusCode.NotFound, await FailAsync(
                async c => await c.GetSubchannelAsync(new GetSubchannelRequest { SubchannelId = other })));
        }

        foreach (var other in new[] { id, subchannel, 0, -1, long.MaxValue })
            Assert.Equal(
                StatusCode.NotFound, await FailAsync(async c => await c.GetSocketAsync(new GetSocketRequest { SocketId = other })));
    }

    [Fact]
    public async Task Servers_are_not_among_it()
    {
        var servers = await _host.Client.GetServersAsync(new GetServersRequest());

        Assert.Empty(servers.Server);
        Assert.True(servers.End);
        Assert.Equal(StatusCode.NotFound, await FailAsync(
            async client => await client.GetServerSocketsAsync(new GetServerSocketsRequest { ServerId = 1 })));
    }

    [Fact]
    public async Task Negative_numbers_are_refused()
    {
        Assert.Equal(StatusCode.InvalidArgument, await FailAsync(
            async client => await client.GetTopChannelsAsync(new GetTopChannelsRequest { StartChannelId = -1 })));
        Assert.Equal(StatusCode.InvalidArgument, await FailAsync(
            async client => await client.GetTopChannelsAsync(new GetTopChannelsRequest { MaxResults = -1 })));
        Assert.Equal(StatusCode.InvalidArgument, await FailAsync(
            async client => await client.GetServersAsync(new GetServersRequest { MaxResults = -1 })));
    }

    [Fact]
    public async Task Addresses_are_those_of_unix_sockets_and_names_too()
    {
        var path = Path.Combine(Path.GetTempPath(), $"channelz-{Guid.NewGuid():N}.sock");
        await using var backend = await Backend.StartAsync();
        using var named = _host.Channels.CreateChannel($"static:///localhost:{backend.Address.Split(':')[1]}");
        await new Probe.ProbeClient(named.CreateCallInvoker()).UnaryAsync(new ProbeRequest());
        var name = (await _host.OnlyChannelAsync()).SubchannelRef.Single().Name;
        var subchannel = await _host.UntilAsync(name, ChannelConnectivityState.Types.State.Ready);

        var socket = await _host.Client.GetSocketAsync(new GetSocketRequest { SocketId = subchannel.SocketRef.Single().SocketId });

        Assert.Equal(name, socket.Socket.Remote.OtherAddress.Name);
        named.Dispose();
        using var local = _host.Channels.CreateChannel($"unix://{path}");
        await Assert.ThrowsAsync<RpcException>(
            async () => await new Probe.ProbeClient(local.CreateCallInvoker()).UnaryAsync(new ProbeRequest()));
        await UntilAsync(page => page.Channel.Count == 1 && page.Channel[0].SubchannelRef.SingleOrDefault()?.Name == $"unix://{path}");
    }

    private async Task<GetTopChannelsResponse> ReadAsync(long start, long most) =>
        await _host.Client.GetTopChannelsAsync(new GetTopChannelsRequest { StartChannelId = start, MaxResults = most });

    private async Task<GetTopChannelsResponse> UntilAsync(Func<GetTopChannelsResponse, bool> isSo)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await ReadAsync(0, 0) is var page && isSo(page))
                return page;
            await Task.Delay(20, bound.Token);
        }
    }

    private async Task<StatusCode> FailAsync(Func<Channelz.ChannelzClient, Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call(_host.Client))).StatusCode;
}
