namespace Interceptors.Discovery.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_the_cap_and_lie_in_the_upper_half()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeProvider.System);
        foreach (var ceiling in new[] { 10, 20, 40, 60, 60, 60 })
        {
            backoff.AttemptStarts();
            Assert.InRange(backoff.Next().TotalSeconds, ceiling / 2.0, ceiling);
        }
    }

    [Fact]
    public void Many_failures_never_exceed_the_cap()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), TimeProvider.System);
        for (var i = 0; i < 5000; i++)
            Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public void An_attempt_that_held_longer_than_the_cap_starts_over()
    {
        var time = new StepTime();
        var backoff = new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50), time);
        for (var i = 0; i < 10; i++)
            backoff.Next();
        backoff.AttemptStarts();
        time.Advance(TimeSpan.FromMilliseconds(51));

        Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
