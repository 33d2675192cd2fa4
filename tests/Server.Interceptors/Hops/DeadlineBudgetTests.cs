using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>Nobody works for a caller whose time is over.</summary>
public sealed class DeadlineBudgetTests
{
    [Fact]
    public async Task No_handler_of_three_hops_starts_after_the_deadline()
    {
        var late = 0;
        var started = new int[3];
        await using var chain = await HopChain.StartAsync(3, calls: static async (client, _) =>
        {
            await Task.Delay(60);
            await client.UnaryAsync(new ProbeRequest());
        });
        for (var i = 0; i < 3; i++)
        {
            var (hop, calls) = (i, chain.Servers[i].Observer.OnCall);
            chain.Servers[i].Observer.OnCall = context =>
            {
                Interlocked.Increment(ref started[hop]);
                if (context.Deadline <= DateTime.UtcNow)
                    Interlocked.Increment(ref late);
                return calls(context);
            };
        }
        var client = chain.First.Client(channel => channel.Intercept(ClientInterceptors.Standard()));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => Assert.Equal(
            StatusCode.DeadlineExceeded,
            (await Assert.ThrowsAsync<RpcException>(
                () => client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(100)).ResponseAsync)).StatusCode)));

        await Eventually.True(() => chain.Servers.All(static server => server.Observer.Running == 0), "all handlers have ended");
        Assert.Equal(0, late);
        // 100 ms are over after the second pause of 60 ms.
        Assert.Equal(0, started[2]);
    }

    [Fact]
    public async Task What_waited_in_a_queue_until_its_deadline_does_not_start()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors().AddStandard().AddLimits(
            static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 1, QueueLength = 10 }));
        var started = 0;
        var release = new TaskCompletionSource();
        server.Observer.OnCall = _ =>
        {
            started++;
            return release.Task;
        };
        var client = server.Client();
        var running = client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => started == 1, "the first call runs");

        var waiting = Enumerable.Range(0, 10)
            .Select(_ => client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(100)).ResponseAsync).ToList();
        foreach (var call in waiting)
            Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        // The server counts from the arrival, so its deadline is a little later than the caller's.
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 10, "the server has given them up too");
        release.SetResult();
        await running;

        await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(2, started);
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_step_that_takes_until_the_deadline_is_followed_by_no_handler(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync(
            static services => services.AddServerInterceptors().AddStandard().Add<UntilDeadline>());
        var started = 0;
        server.Observer.OnCall = _ =>
        {
            started++;
            return Task.CompletedTask;
        };

        var status = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Deadline, static () => Task.CompletedTask);

        Assert.Equal(StatusCode.DeadlineExceeded, status);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call ends on the server");
        Assert.Equal(0, started);
    }

    /// <summary>Ignores that the call has been cancelled.</summary>
    private sealed class UntilDeadline : ServerInterceptor
    {
        protected override async ValueTask OnStartAsync(ServerCall call)
        {
            while (call.Deadline > DateTime.UtcNow)
                await Task.Delay(10);
        }
    }
}
