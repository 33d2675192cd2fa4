using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

public sealed class QueueTests
{
    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_that_has_room_to_wait_runs_when_a_place_is_free(CallKind kind)
    {
        await using var limited = await OnePlaceAsync(queueLength: 1);
        var hold = await limited.OccupyAsync();

        var waiting = new CallDriver(limited.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        await Eventually.True(() => limited.Queued("server") == 1, "the call waits");
        Assert.Equal(1, limited.Server.Observer.Running);
        hold.Dispose();

        Assert.Equal(StatusCode.OK, await waiting);
        Assert.Empty(limited.Refusals);
        await Eventually.True(() => limited.Running("server") == 0, "the place is free");
    }

    [Fact]
    public async Task Calls_beyond_the_queue_are_refused_at_once()
    {
        await using var limited = await OnePlaceAsync(queueLength: 2);
        using var hold = await limited.OccupyAsync();
        using var first = limited.Client().UnaryAsync(new ProbeRequest());
        using var second = limited.Client().UnaryAsync(new ProbeRequest());
        await Eventually.True(() => limited.Queued("server") == 2, "two calls wait");

        Assert.Equal(StatusCode.ResourceExhausted, (await limited.RefusedAsync()).StatusCode);
        Assert.Equal(2, limited.Queued("server"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_waiting_call_ends_at_its_deadline_or_cancellation_without_having_run(bool byDeadline)
    {
        await using var limited = await OnePlaceAsync(queueLength: 1);
        using var hold = await limited.OccupyAsync();
        using var cancellation = new CancellationTokenSource();
        using var waiting = limited.Client().UnaryAsync(
            new ProbeRequest(), deadline: byDeadline ? DateTime.UtcNow.AddSeconds(2) : null, cancellationToken: cancellation.Token);
        await Eventually.True(() => limited.Queued("server") == 1, "the call waits");
        if (!byDeadline)
            await cancellation.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await waiting);

        var expected = byDeadline ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
        Assert.Equal(expected, error.StatusCode);
        await Eventually.True(() => limited.Queued("server") == 0, "nobody waits");
        await Eventually.True(() => limited.Server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(expected, limited.Server.Logs.Named("CallEnded")[0].Fields["Status"]);
        Assert.Equal(1, limited.Server.Observer.Running);
        Assert.Empty(limited.Refusals);
    }

    [Fact]
    public async Task A_call_that_waited_for_its_rate_runs_in_turn()
    {
        var order = new List<string>();
        await using var limited = await LimitedServer.StartAsync(options => options.Server = new CallLimit
        {
            CallsPerPeriod = 1,
            Period = TimeSpan.FromMilliseconds(100),
            QueueLength = 10,
        });
        limited.Server.Observer.OnCall = context =>
        {
            lock (order)
                order.Add(context.RequestHeaders.GetValue("x-turn") ?? "");
            return Task.CompletedTask;
        };

        var calls = new List<Task>();
        for (var turn = 0; turn < 4; turn++)
        {
            calls.Add(limited.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-turn", $"{turn}" } }).ResponseAsync);
            await Eventually.True(() => limited.Queued("server") + order.Count > turn, "the call waits or has run");
        }
        await Task.WhenAll(calls);

        Assert.Equal(["0", "1", "2", "3"], order);
        Assert.Equal(0, limited.Queued("server"));
    }

    [Fact]
    public async Task A_call_that_stops_waiting_for_its_rate_gives_its_turn_back()
    {
        await using var limited = await LimitedServer.StartAsync(
            options =>
                options.Server = new CallLimit { CallsPerPeriod = 1, Period = TimeSpan.FromHours(1), QueueLength = 1 }, new ManualTime());
        await limited.Client().UnaryAsync(new ProbeRequest());
        var before = await WaitTimeAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await limited.Client().UnaryAsync(
            new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(2)));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await Eventually.True(() => limited.Queued("server") == 0, "nobody waits");

        Assert.Equal(before, await WaitTimeAsync());

        // What a refused caller is told while another one waits: the time until the turn after that one's.
        async Task<string?> WaitTimeAsync()
        {
            using var cancellation = new CancellationTokenSource();
            using var waiting = limited.Client().UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
            await Eventually.True(() => limited.Queued("server") == 1, "a call waits");
            var refused = await limited.RefusedAsync();
            await cancellation.CancelAsync();
            await Eventually.True(() => limited.Queued("server") == 0, "nobody waits");
            return refused.Trailers.GetValue("grpc-retry-pushback-ms");
        }
    }

    private static Task<LimitedServer> OnePlaceAsync(int queueLength) => LimitedServer.StartAsync(options =>
        options.Server = new CallLimit { MaxConcurrentCalls = 1, QueueLength = queueLength });
}
