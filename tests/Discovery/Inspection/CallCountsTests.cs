namespace Interceptors.Discovery.Tests;

public sealed class CallCountsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1_000)]
    [InlineData(123_456)]
    [InlineData(60_000_000)]
    public void A_quantile_is_right_to_about_an_eighth(long micros)
    {
        var calls = new EndpointCalls();
        calls.Count(CallOutcome.Succeeded, TimeSpan.FromMicroseconds(micros));

        var found = calls.Read().Quantile(0.95).TotalMicroseconds;
        Assert.InRange(found, micros * 0.87, (micros * 1.13) + 1);
    }

    [Fact]
    public void The_slowest_twentieth_lies_above_the_95_percent_time()
    {
        var calls = new EndpointCalls();
        for (var i = 0; i < 95; i++)
            calls.Count(CallOutcome.Succeeded, TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 5; i++)
            calls.Count(CallOutcome.Failed, TimeSpan.FromSeconds(1));

        var read = calls.Read();
        Assert.Equal((100, 5), (read.Calls, read.Failed));
        Assert.InRange(read.Quantile(0.95).TotalMilliseconds, 0.8, 1.2);
        Assert.InRange(read.Quantile(0.96).TotalMilliseconds, 800, 1200);
        Assert.Equal(50.95, read.Mean.TotalMilliseconds, 2);
    }

    [Fact]
    public void Calls_that_their_callers_gave_up_are_not_counted()
    {
        var calls = new EndpointCalls();
        calls.Count(CallOutcome.Abandoned, TimeSpan.FromSeconds(1));
        Assert.Equal(0, calls.Read().Calls);
    }

    [Fact]
    public void The_difference_of_two_moments_is_what_ended_between_them()
    {
        var calls = new EndpointCalls();
        calls.Count(CallOutcome.Failed, TimeSpan.FromSeconds(1));
        var earlier = calls.Read();
        calls.Count(CallOutcome.Succeeded, TimeSpan.FromMilliseconds(2));

        var between = calls.Read().Since(earlier);
        Assert.Equal((1, 0, 2), (between.Calls, between.Failed, between.TotalTime.TotalMilliseconds));
        Assert.InRange(between.Quantile(1).TotalMilliseconds, 1.7, 2.3);
    }

    [Fact]
    public void Very_long_calls_have_a_class_too()
    {
        var calls = new EndpointCalls();
        calls.Count(CallOutcome.Succeeded, TimeSpan.FromDays(3));
        Assert.InRange(calls.Read().Quantile(1), TimeSpan.FromHours(1), TimeSpan.FromDays(3));
    }
}
