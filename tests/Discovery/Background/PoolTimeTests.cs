namespace Interceptors.Discovery.Tests;

public sealed class PoolTimeTests
{
    [Fact]
    public async Task A_limit_ends()
    {
        var started = PoolTime.Shared.GetTimestamp();
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), PoolTime.Shared);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, limit.Token));

        Assert.InRange(PoolTime.Shared.GetElapsedTime(started), TimeSpan.FromMilliseconds(50), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_limit_can_be_moved_and_given_up()
    {
        using var moved = new CancellationTokenSource(TimeSpan.FromDays(1), PoolTime.Shared);
        using var ended = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), PoolTime.Shared);
        ended.CancelAfter(Timeout.InfiniteTimeSpan);

        moved.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, moved.Token));

        Assert.False(ended.IsCancellationRequested);
    }

    [Fact]
    public void Only_the_clock_of_the_system_is_replaced()
    {
        var other = new StepTime();

        Assert.Same(PoolTime.Shared, PoolTime.Of(TimeProvider.System));
        Assert.Same(other, PoolTime.Of(other));
    }
}
