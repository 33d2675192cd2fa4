namespace Interceptors.Discovery.Tests;

public sealed class LatestValueTests
{
    [Fact]
    public async Task A_slow_reader_gets_the_latest_and_skips_what_was_overtaken()
    {
        var latest = new LatestValue<string>();
        latest.Publish("1");
        await using var reader = latest.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        await reader.MoveNextAsync();
        Assert.Equal("1", reader.Current);

        latest.Publish("2");
        latest.Publish("3");
        await reader.MoveNextAsync();
        Assert.Equal("3", reader.Current);
    }

    [Fact]
    public async Task A_reader_sees_the_last_value_before_the_end()
    {
        var latest = new LatestValue<string>();
        latest.Publish("1");
        latest.Complete();
        latest.Publish("too late");

        Assert.Equal(["1"], await latest.ReadAllAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task No_reader_misses_the_last_of_many_changes()
    {
        var latest = new LatestValue<string>();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            await latest.ReadAllAsync(CancellationToken.None).FirstAsync(v => v == "9999"))).ToList();
        for (var i = 0; i < 10_000; i++)
            latest.Publish($"{i}");

        await Task.WhenAll(readers).WaitAsync(Watching.Bound);
    }
}
