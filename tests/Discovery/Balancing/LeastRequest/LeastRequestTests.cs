using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class LeastRequestTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    [Fact]
    public async Task Idle_servers_get_equal_shares()
    {
        await using var service = await StartAsync();

        var share = await service.ShareAsync(2000);

        // Binomial, n = 2000, p = 1/5: mean 400, standard deviation 17.9, of which 6 are once in 5e8.
        Assert.All(share.Values, calls => Assert.InRange(calls, 293, 507));
    }

    [Fact]
    public async Task A_server_that_holds_a_call_gets_no_other_while_the_rest_are_idle()
    {
        await using var service = await StartAsync();
        var release = new TaskCompletionSource();
        service["a"].OnCall = _ => release.Task;
        var held = await HoldAsync(service["a"], () => service.Client.UnaryAsync(new ProbeRequest()).ResponseAsync);

        var share = await service.ShareAsync(200);

        Assert.Equal(0, share["a"]);
        release.SetResult();
        await held;
        await service.ReachAsync([service["a"]]);
    }

    [Fact]
    public async Task A_server_that_is_fifty_times_slower_gets_less_than_one_call_in_a_hundred()
    {
        const int Callers = 20;
        await using var service = await StartAsync();
        var (answered, over) = (0, false);
        foreach (var name in Names.Skip(1))
        {
            service[name].OnCall = _ =>
            {
                Interlocked.Increment(ref answered);
                return Task.CompletedTask;
            };
        }

        // Time is counted in answers of the others: while they take a call of each caller 50 times, it takes one.
        service["a"].OnCall = _ =>
        {
            var done = Volatile.Read(ref answered) + (50 * Callers);
            return Eventually.True(() => Volatile.Read(ref answered) >= done || Volatile.Read(ref over), "the others answer");
        };
        var before = service["a"].Calls;
        await using (var load = new Load(service.Channel.CreateCallInvoker(), Callers))
        {
            await Eventually.True(() => Volatile.Read(ref answered) >= 6000, "the others answer");
            Volatile.Write(ref over, true);
            load.AssertNoFailures();
        }

        // It holds as many calls as the others, 4 or 5, while they answer 1000: half a call in a hundred. So the 99th percentile of
        // all calls is a time of the others.
        Assert.InRange(service["a"].Calls - before, 1, 60);
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_stream_is_in_flight_until_it_ends_not_only_until_its_headers(CallKind kind)
    {
        await using var service = await StartAsync();
        var request = new ProbeRequest { Responses = 1, Ending = Ending.Hang };
        IDisposable call;
        IAsyncStreamReader<ProbeResponse> responses;
        if (kind == CallKind.Duplex)
        {
            var duplex = service.Client.Duplex();
            await duplex.RequestStream.WriteAsync(request);
            (call, responses) = (duplex, duplex.ResponseStream);
        }
        else
        {
            var stream = service.Client.ServerStream(request);
            (call, responses) = (stream, stream.ResponseStream);
        }

        Assert.True(await responses.MoveNext(default));
        var streaming = Names.Single(n => service[n].Running == 1);
        Assert.Equal(0, (await service.ShareAsync(200))[streaming]);

        call.Dispose();
        await service.ReachAsync([service[streaming]]);
    }

    /// <summary>But for a stream that is never read to its end nor disposed: it stays open, and so in flight.</summary>
    public static TheoryData<CallKind, CallEnd> Ends =>
        new(CallDriver.All.Where(call => call.End != CallEnd.AbandonedForEver).Select(call => (call.Kind, call.End)));

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Nothing_is_in_flight_once_a_call_has_ended(CallKind kind, CallEnd end)
    {
        await using var service = await StartAsync();
        var driver = new CallDriver(service.Client);

        var status = await driver.RunAsync(
            kind, end, () => Eventually.True(() => Names.Any(n => service[n].Running > 0), "a handler runs"));

        Assert.Equal(CallDriver.Expected(end), status);
        await Eventually.True(() => service.All.All(e => e.InFlight == 0), "no call is in flight");
    }

    private static async Task<BalancedService> StartAsync()
    {
        var service = new BalancedService(LoadBalancingPolicies.LeastRequest);
        foreach (var name in Names)
            await service.StartAsync(name);
        await service.TellAndReachAsync();
        return service;
    }

    /// <summary>Calls until one is held by this server; gives that one.</summary>
    private static async Task<Task> HoldAsync(BalancedService.Server server, Func<Task> call)
    {
        while (true)
        {
            var running = call();
            await Eventually.True(() => running.IsCompleted || server.Running > 0, "the call is answered or held");
            if (server.Running > 0)
                return running;
        }
    }
}
