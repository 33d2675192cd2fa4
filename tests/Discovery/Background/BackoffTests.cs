namespace Interceptors.Discovery.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_the_cap_and_lie_in_the_upper_half()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        foreach (var ceiling in new[] { 10, 20, 40, 60, 60, 60 })
        {
            backoff.AttemptStarts();
            Assert.InRange(backoff.Next().TotalSeconds, ceiling / 2.0, ceiling);
        }
    }

    [Fact]
    public void Many_failures_never_exceed_the_cap()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        for (var i = 0; i < 5000; i++)
            Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task An_attempt_that_held_longer_than_the_cap_starts_over()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 10; i++)
            backoff.Next();
        backoff.AttemptStarts();
        await Task.Delay(100);

        Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
