using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Interceptors.Server.Tests;

/// <summary>The queue of a rate: first come, first served, and evenly spread, whoever gives up.</summary>
public sealed class RateQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _order = [];

    [Fact]
    [Trait("case", "interceptors 34")]
    public async Task A_waiter_that_gives_up_gives_its_turn_to_the_next_one()
    {
        await using var limited = await StartAsync();
        using var giveUp = new CancellationTokenSource();
        await StartCallAsync(limited, "A", queued: 0);
        var b = await StartCallAsync(limited, "B", queued: 1, giveUp.Token);
        var c = await StartCallAsync(limited, "C", queued: 2, giveUp.Token);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await giveUp.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => b);
        await Assert.ThrowsAsync<RpcException>(() => c);
        await Eventually.True(() => limited.Queued("server") == 0, "nobody waits");
        await StartCallAsync(limited, "D", queued: 1);

        await AdvanceToAsync(0.8, "A", "D");
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await StartCallAsync(limited, "E", queued: 1);
        await StartCallAsync(limited, "F", queued: 2);
        await AdvanceToAsync(0.5, "A", "D", "E");
        Assert.Equal(1, limited.Queued("server"));
        await AdvanceToAsync(1, "A", "D", "E", "F");
        Assert.Equal(0, limited.Queued("server"));
    }

    [Fact]
    [Trait("case", "interceptors 34")]
    public async Task A_newcomer_does_not_overtake_who_waits()
    {
        await using var limited = await StartAsync();
        await StartCallAsync(limited, "A", queued: 0);
        await StartCallAsync(limited, "B", queued: 1);
        await StartCallAsync(limited, "C", queued: 2);

        await AdvanceToAsync(1, "A", "B");
        await StartCallAsync(limited, "D", queued: 2);
        await AdvanceToAsync(1, "A", "B", "C");
        await AdvanceToAsync(1, "A", "B", "C", "D");
    }

    [Fact]
    [Trait("case", "interceptors 34")]
    public async Task Ten_in_two_seconds_lets_nineteen_start_in_the_first_two()
    {
        await using var limited = await StartAsync(
            new CallLimit { CallsPerPeriod = 10, Period = TimeSpan.FromSeconds(2), QueueLength = 100 });
        var calls = new List<Task>();
        for (var i = 0; i < 30; i++)
            calls.Add(await StartCallAsync(limited, $"{i}", queued: Math.Max(0, i - 9)));

        for (var i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.2));
            var expected = 11 + i;
            await Eventually.True(() => Count() == expected, $"{expected} calls have started");
        }

        Assert.Equal(19, Count());
        Assert.Equal(Enumerable.Range(0, 19).Select(static i => $"{i}"), _order);
    }

    private async Task<LimitedServer> StartAsync(CallLimit? limit = null)
    {
        var limited = await LimitedServer.StartAsync(
            options => options.Server = limit ?? new CallLimit { CallsPerPeriod = 1, Burst = 1, QueueLength = 10 }, _time);
        limited.Server.Observer.OnCall = context =>
        {
            lock (_order)
                _order.Add(context.RequestHeaders.GetValue("x-name") ?? "");
            return Task.CompletedTask;
        };
        return limited;
    }

    private int Count()
    {
        lock (_order)
            return _order.Count;
    }

    private async Task<Task> StartCallAsync(LimitedServer limited, string name, int queued, CancellationToken cancellationToken = default)
    {
        var seen = Count();
        var call = limited.Client().UnaryAsync(
            new ProbeRequest(), new Metadata { { "x-name", name } }, cancellationToken: cancellationToken);
        await Eventually.True(
            () => limited.Queued("server") == queued && (queued > 0 || Count() > seen), $"{name} has started or waits");
        return call.ResponseAsync;
    }

    private async Task AdvanceToAsync(double seconds, params string[] order)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.True(() => Count() >= order.Length, $"{order[^1]} has started");
        lock (_order)
            Assert.Equal(order, _order);
    }
}
