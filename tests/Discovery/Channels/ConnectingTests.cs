using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class ConnectingTests
{
    [Fact]
    public async Task An_endpoint_that_does_not_take_the_connection_fails_calls_once_the_time_is_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what happens to connections that are not taken differs by system");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var waiting = await FillAsync(listener);
        await using var factory = DiscoveryChannelFactory.Create(o => o.ConfigureChannels(c =>
            c.ConnectTimeout = TimeSpan.FromMilliseconds(300)));
        var client = factory.CreateClient<Probe.ProbeClient>($"static:///{listener.LocalEndPoint}");

        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.UnaryAsync(new ProbeRequest()).ResponseAsync.WaitAsync(Watching.Bound));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        waiting.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_tried_again_as_often_as_the_longest_pause_says()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var factory = DiscoveryChannelFactory.Create(
            o => o.ConfigureChannels(c => c.MaxReconnectDelay = TimeSpan.FromMilliseconds(20)));
        var client = factory.CreateClient<Probe.ProbeClient>($"static:///{listener.LocalEndpoint}");
        using var call = client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());

        for (var attempt = 0; attempt < 30; attempt++)
        {
            using var attempted = await listener.AcceptSocketAsync(
                TestContext.Current.CancellationToken).AsTask().WaitAsync(Watching.Bound);
        }

        Assert.False(call.ResponseAsync.IsCompleted);
    }

    /// <summary>Connects until a connection is not taken any more.</summary>
    private static async Task<List<Socket>> FillAsync(Socket listener)
    {
        List<Socket> waiting = [];
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Add(socket);
            using var bound = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                await socket.ConnectAsync(listener.LocalEndPoint!, bound.Token);
            }
            catch (OperationCanceledException)
            {
                return waiting;
            }
        }
    }
}
