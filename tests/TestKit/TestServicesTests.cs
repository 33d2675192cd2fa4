using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.TestKit.Tests;

public sealed class TestServicesTests
{
    [Fact]
    public async Task Calls_are_balanced_over_the_servers_and_a_killed_one_gets_none()
    {
        await using var services = new TestServices();
        var first = await StartAsync(services);
        var second = await StartAsync(services);
        var client = services.CreateClient<Probe.ProbeClient>("probe");
        await CallUntilAsync(client, () => first.Calls.Count > 0 && second.Calls.Count > 0);

        await first.KillAsync();
        await first.LeaveAsync();
        var before = first.Calls.Count;
        await EndBrokenCallAsync(client);
        await EndBrokenCallAsync(client); // Of two calls in turn, one is for the killed server if the client does not know yet.
        await CallUntilAsync(client, () => second.Calls.Count > 10);

        Assert.Equal(before, first.Calls.Count);
    }

    [Fact]
    public async Task A_frozen_server_answers_once_it_goes_on()
    {
        await using var services = new TestServices();
        var server = await StartAsync(services);
        var client = services.CreateClient<Probe.ProbeClient>("probe");
        await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());

        await server.FreezeAsync();
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(200)).ResponseAsync);
        await server.ThawAsync();
        await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task What_crossed_the_wire_is_recorded()
    {
        await using var services = new TestServices();
        var server = await StartAsync(services);
        var client = services.CreateClient<Probe.ProbeClient>("probe");
        var headers = new Metadata { { "x-tenant", "acme" }, { "x-raw-bin", [1, 2, 3, 4] } };

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(
            new ProbeRequest { Ending = Ending.ThrowStatus },
            new CallOptions(headers, DateTime.UtcNow.AddMinutes(5)).WithWaitForReady()).ResponseAsync);
        await Eventually.True(() => server.Calls.Count == 1, "the call is recorded");

        var call = server.Calls[0];
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.EndsWith("/Unary", call.Method, StringComparison.Ordinal);
        Assert.Equal("acme", call.RequestHeaders.GetValue("x-tenant"));
        Assert.Equal<byte>([1, 2, 3, 4], call.RequestHeaders.GetValueBytes("x-raw-bin")!);
        Assert.NotNull(call.RequestHeaders.GetValue("grpc-timeout"));
        Assert.Contains(call.ResponseHeaders.Concat(call.ResponseTrailers), entry => entry is { Key: "grpc-status", Value: "5" });
    }

    private static Task<TestServer> StartAsync(TestServices services) => services.StartAsync(
        "probe", app => app.MapGrpcService<ProbeService>(), container => container.AddSingleton<ProbeService.Observer>());

    /// <summary>A call may have been written to the killed server before the client knew that it is gone.</summary>
    private static async Task EndBrokenCallAsync(Probe.ProbeClient client)
    {
        try
        {
            await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());
        }
        catch (RpcException exception)
        {
            Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        }
    }

    private static async Task CallUntilAsync(Probe.ProbeClient client, Func<bool> condition)
    {
        for (var calls = 0; calls < 1000 && !condition(); calls++)
            await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());
        Assert.True(condition());
    }
}
