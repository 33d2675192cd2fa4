using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class RetryTests : ResilienceFixture
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task A_call_is_repeated_until_it_succeeds_and_says_how_often_it_failed(CallKind kind)
    {
        FailFirst(2);
        var driver = new CallDriver(Client(Retrying()));

        Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(["", "1", "2"], PreviousAttempts);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_that_streams_requests_is_never_repeated(CallKind kind)
    {
        FailFirst(2);
        var driver = new CallDriver(Client(Retrying()));

        Assert.Equal(StatusCode.Unavailable, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(1, Arrived);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task It_is_given_up_after_the_last_attempt_with_its_status(CallKind kind)
    {
        FailFirst(100);

        Assert.Equal(
            StatusCode.Unavailable, await new CallDriver(Client(Retrying(4))).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(4, Arrived);
    }

    [Fact]
    public async Task The_caller_sees_status_headers_and_trailers_of_the_last_attempt()
    {
        OnArrival(async (number, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-header", $"{number}" } });
            throw Failure(number: number);
        });
        using var call = Client(Retrying()).UnaryAsync(new ProbeRequest());

        var error = await FailsAsync(() => call.ResponseAsync);
        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("3", headers.GetValue("x-header"));
        Assert.Equal("3", error.Trailers.GetValue("x-number"));
        Assert.Equal("failure 3", error.Status.Detail);
        Assert.Equal("3", call.GetTrailers().GetValue("x-number"));
        Assert.Equal("failure 3", call.GetStatus().Detail);
    }

    [Fact]
    public async Task There_is_no_status_while_there_may_be_another_attempt()
    {
        FailFirst(1);
        using var call = Client(Retrying(delay: Second)).UnaryAsync(new ProbeRequest());
        await Eventually.True(() => Time.Waiting.Contains(Second), "the first attempt has failed");

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());

        Time.Advance(Second);
        await call;
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unavailable)]
    public async Task Only_the_allowed_statuses_are_repeated(StatusCode code)
    {
        FailFirst(1, code);
        var options = Retrying();
        options.Retry!.Codes.Add(StatusCode.Internal);

        var seen = await StatusAsync(Client(options).UnaryAsync(new ProbeRequest()));

        Assert.Equal(code == StatusCode.Internal ? (StatusCode.OK, 2) : (code, 1), (seen, Arrived));
    }

    [Fact]
    public async Task Only_the_methods_that_are_named_are_repeated()
    {
        FailFirst(1);
        var client = Client(Retrying(methods: $"{Service}/ServerStream"));

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(client.UnaryAsync(new ProbeRequest())));
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task The_recommended_options_repeat_nothing_that_is_not_named()
    {
        FailFirst(1);

        Assert.Equal(
            StatusCode.Unavailable, await StatusAsync(Client(new ResilienceOptions().UseRecommended()).UnaryAsync(new ProbeRequest())));
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task The_pause_doubles_up_to_its_limit()
    {
        FailFirst(4);
        var options = Retrying(5, Second);
        options.Retry!.MaxDelay = 3 * Second;
        using var call = Client(options).UnaryAsync(new ProbeRequest());

        foreach (var pause in new[] { 1, 2, 3, 3 })
            await PassAsync(pause * Second);

        await call;
        Assert.Equal(5, Arrived);
    }

    [Fact]
    public async Task Jitter_keeps_within_its_part_of_the_pause()
    {
        FailFirst(100);
        var options = Retrying(30, Second);
        options.Retry!.MaxDelay = Second;
        options.Retry.Jitter = 0.2;
        using var call = Client(options).UnaryAsync(new ProbeRequest());
        var pauses = new HashSet<TimeSpan>();

        for (var i = 1; i < 30; i++)
        {
            await Eventually.True(() => Time.Waiting.Count == 1, "a pause is waited for");
            var pause = Time.Waiting[0];
            pauses.Add(pause);
            Assert.InRange(pause, 0.8 * Second, 1.2 * Second);
            Time.Advance(pause);
        }

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call));
        Assert.True(pauses.Count > 1);
    }

    [Theory]
    [InlineData("700")]
    [InlineData("0")]
    public async Task The_server_decides_the_pause(string pushback)
    {
        FailFirst(1, pushback: pushback);
        using var call = Client(Retrying(delay: Second)).UnaryAsync(new ProbeRequest());

        if (pushback != "0")
            await PassAsync(TimeSpan.FromMilliseconds(700));

        await call;
        Assert.Equal(2, Arrived);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("later")]
    public async Task The_server_can_forbid_another_attempt(string pushback)
    {
        FailFirst(1, pushback: pushback);

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(Client(Retrying()).UnaryAsync(new ProbeRequest())));
        Assert.Equal(1, Arrived);
        Assert.Contains("the server asks", Assert.Single(Logs.Named("RetriesGivenUp")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("60000")]
    [Trait("case", "security 9")]
    public async Task A_pause_that_would_pass_the_deadline_is_not_waited_for(string? pushback)
    {
        FailFirst(1, pushback: pushback);
        var client = Client(Retrying(delay: 30 * Second));

        var error = await FailsAsync(async () => await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(20)));

        Assert.Equal((StatusCode.Unavailable, "failure 1"), (error.StatusCode, error.Status.Detail));
        Assert.Empty(Time.Waiting);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    public async Task Cancellation_ends_a_pause_at_once(CallKind kind)
    {
        OnArrival((_, _) => throw Failure());
        using var cancellation = new CancellationTokenSource();
        var client = Client(Retrying(delay: Second));
        var options = new CallOptions(cancellationToken: cancellation.Token);
        var running = Task.Run(async () => kind switch
        {
            CallKind.BlockingUnary => (object)client.Unary(new ProbeRequest(), options),
            CallKind.Unary => await client.UnaryAsync(new ProbeRequest(), options),
            _ => await client.ServerStream(new ProbeRequest(), options).ResponseStream.MoveNext(default),
        });
        await Eventually.True(() => Time.Waiting.Contains(Second), "the pause is waited for");

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(running));
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task Disposing_ends_a_pause_at_once()
    {
        FailFirst(1);
        var call = Client(Retrying(delay: Second)).UnaryAsync(new ProbeRequest());
        await Eventually.True(() => Time.Waiting.Contains(Second), "the pause is waited for");

        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(call));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task Disposing_ends_the_running_attempt()
    {
        FailFirst(1);
        var call = Client(Retrying()).UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => Arrived == 2 && Server.Observer.Running == 1, "the second attempt runs");

        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(call));
        await Eventually.True(() => Server.Observer.Running == 0, "the server learns of it");
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_is_not_sent()
    {
        OnArrival((_, _) => { });

        var status = await StatusAsync(Client(Retrying()).UnaryAsync(new ProbeRequest(), cancellationToken: new CancellationToken(true)));

        Assert.Equal((StatusCode.Cancelled, 0), (status, Arrived));
    }

    [Fact]
    public async Task Attempts_are_logged_and_counted()
    {
        FailFirst(1);

        await Client(Retrying()).UnaryAsync(new ProbeRequest());

        var line = Assert.Single(Logs.Named("Retrying"));
        Assert.Equal((1301, StatusCode.Unavailable, 1), (line.Event.Id, line.Fields["Status"], line.Fields["Attempt"]));
        Assert.Equal(
            [("UNAVAILABLE", 1, "UNAVAILABLE"), ("OK", 2, null)],
            Meters.Of("interceptors.client.attempts").Select(attempt => (
                (string)attempt.Tags["rpc.status_code"]!,
                (int)attempt.Tags["interceptors.attempt.number"]!,
                (string?)attempt.Tags.GetValueOrDefault("error.type"))));
    }
}
