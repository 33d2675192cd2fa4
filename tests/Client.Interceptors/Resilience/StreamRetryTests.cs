using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class StreamRetryTests : ResilienceFixture
{
    [Fact]
    public async Task The_first_read_gives_the_first_message_of_the_attempt_that_succeeded()
    {
        FailFirst(2);
        using var call = Client(Retrying()).ServerStream(new ProbeRequest { Text = "hello", Responses = 2 });
        var read = new List<string>();

        while (await call.ResponseStream.MoveNext(default))
            read.Add(call.ResponseStream.Current.Text);

        Assert.Equal(["hello", "hello"], read);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.NotNull(await call.ResponseHeadersAsync);
    }

    [Fact]
    public async Task After_the_first_message_there_is_no_other_attempt()
    {
        OnArrival((_, _) => { });
        var options = Retrying();
        options.Retry!.Codes.Add(StatusCode.NotFound);
        using var call = Client(options).ServerStream(new ProbeRequest { Responses = 1, Ending = Ending.ThrowStatus });

        Assert.True(await call.ResponseStream.MoveNext(default));
        var error = await FailsAsync(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("kept", call.GetTrailers().GetValue(ProbeService.TrailerKey));
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task Whoever_asked_for_headers_has_committed_the_call()
    {
        FailFirst(1);
        using var call = Client(Retrying()).ServerStream(new ProbeRequest());

        Assert.NotNull(await call.ResponseHeadersAsync);

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call.ResponseStream.MoveNext(default)));
        Assert.Equal(1, Arrived);
    }

    [Fact]
    public async Task A_stream_that_failed_for_good_keeps_failing_in_the_same_way()
    {
        FailFirst(100);
        using var call = Client(Retrying(2)).ServerStream(new ProbeRequest());

        var error = await FailsAsync(() => call.ResponseStream.MoveNext(default));

        Assert.Same(error, await FailsAsync(() => call.ResponseStream.MoveNext(default)));
        Assert.Equal("2", call.GetTrailers().GetValue("x-number"));
    }

    [Fact]
    public async Task Two_reads_at_once_are_a_wrong_use()
    {
        using var call = Client(Retrying()).ServerStream(new ProbeRequest { Ending = Ending.Hang });
        var first = call.ResponseStream.MoveNext(default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(default));

        call.Dispose();
        Assert.Equal(StatusCode.Cancelled, await StatusAsync(first));
    }

    [Fact]
    public async Task The_first_reads_own_cancellation_ends_a_pause()
    {
        FailFirst(1);
        using var cancellation = new CancellationTokenSource();
        using var call = Client(Retrying(delay: TimeSpan.FromSeconds(1))).ServerStream(new ProbeRequest());
        var read = call.ResponseStream.MoveNext(cancellation.Token);
        await Eventually.True(() => Time.Waiting.Count == 1, "the pause is waited for");

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(read));
    }

    [Fact]
    public async Task Every_attempt_is_counted_once_at_its_end()
    {
        FailFirst(1);
        using var call = Client(Retrying()).ServerStream(new ProbeRequest { Responses = 1 });

        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Single(Meters.Of("interceptors.client.attempts"));
        Assert.False(await call.ResponseStream.MoveNext(default));

        Assert.Equal(
            ["UNAVAILABLE", "OK"],
            Meters.Of("interceptors.client.attempts").Select(attempt => (string)attempt.Tags["rpc.status_code"]!));
    }
}
