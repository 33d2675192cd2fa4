using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class AttemptTimeoutTests : ResilienceFixture
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task An_attempt_that_hangs_is_replaced(CallKind kind)
    {
        OnArrival((number, context) => number == 1 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask);

        var driver = new CallDriver(Client(Limited(), steppedTime: false));

        Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(["", "1"], PreviousAttempts[..2]);
    }

    [Fact]
    public async Task The_callers_deadline_is_the_end_and_is_not_repeated()
    {
        OnArrival((_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken));
        var options = Limited();
        options.AttemptTimeout = TimeSpan.FromMinutes(1);

        Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(
            Client(options, steppedTime: false).UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Short)));
        // None where the deadline passed before the request could leave.
        Assert.InRange(Arrived, 0, 1);
    }

    [Fact]
    public async Task Without_retry_the_attempts_end_is_the_calls()
    {
        OnArrival((_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken));

        Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(
            Client(new ResilienceOptions { AttemptTimeout = Short }, steppedTime: false).UnaryAsync(new ProbeRequest())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(120)]
    public async Task The_server_is_told_the_earlier_of_the_two(int minutes)
    {
        var deadlines = new List<DateTime>();
        OnArrival((_, context) => deadlines.Add(context.Deadline));
        var callers = Time.GetUtcNow().UtcDateTime.AddMinutes(30);

        await Client(new ResilienceOptions { AttemptTimeout = TimeSpan.FromMinutes(minutes) })
            .UnaryAsync(new ProbeRequest(), deadline: callers);

        var expected = minutes < 30 ? Time.GetUtcNow().UtcDateTime.AddMinutes(minutes) : callers;
        Assert.InRange(Assert.Single(deadlines), expected.AddMinutes(-0.9), expected.AddMinutes(0.9));
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Streams_have_none(CallKind kind)
    {
        var deadlines = new List<DateTime>();
        OnArrival((_, context) => deadlines.Add(context.Deadline));

        await new CallDriver(Client(Limited())).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(DateTime.MaxValue, Assert.Single(deadlines));
    }

    private static ResilienceOptions Limited()
    {
        var options = Retrying(10);
        options.AttemptTimeout = Short;
        return options;
    }
}
