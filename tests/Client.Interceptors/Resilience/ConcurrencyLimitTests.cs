using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class ConcurrencyLimitTests : ResilienceFixture
{
    private static readonly ProbeRequest Hang = new() { Ending = Ending.Hang };
    private static readonly ProbeRequest HangAfterOne = new() { Ending = Ending.Hang, Responses = 1 };

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task A_call_beyond_the_limit_is_refused_and_named(CallKind kind)
    {
        var client = Client(Limit(1, 0));
        using var running = client.UnaryAsync(Hang);

        var error = await FailsAsync(async () =>
            _ = kind == CallKind.Unary ? await client.UnaryAsync(new ProbeRequest()) : client.Unary(new ProbeRequest()));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains(
            $"/{Service}/Unary is at its limit of 1 calls at once and 0 waiting", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("no_place", Assert.Single(Meters.Of("interceptors.client.refusals")).Tags["interceptors.refusal.reason"]);
    }

    [Fact]
    public async Task A_call_waits_in_the_queue_and_the_next_one_is_refused()
    {
        OnArrival((_, _) => { });
        var client = Client(Limit(1, 1));
        var running = client.UnaryAsync(Hang);
        using var waiting = client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => Arrived == 1, "the first call runs");

        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(client.UnaryAsync(new ProbeRequest())));
        Assert.False(waiting.ResponseAsync.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => waiting.GetStatus());
        running.Dispose();

        await waiting;
        Assert.Equal(2, Arrived);
        Assert.NotNull(await waiting.ResponseHeadersAsync);
    }

    [Fact]
    public async Task A_blocking_call_waits_too()
    {
        var client = Client(Limit(1, 1));
        var running = client.UnaryAsync(Hang);
        // The deadline only shows on the clock that the call waits.
        var waiting = Task.Factory.StartNew(
            () => client.Unary(new ProbeRequest { Text = "in the end" }, deadline: DateTime.UtcNow.AddHours(1)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.True(() => Time.Waiting.Count == 1, "the call is in the queue");

        running.Dispose();

        Assert.Equal("in the end", (await waiting).Text);
    }

    [Fact]
    public async Task The_deadline_ends_the_wait()
    {
        OnArrival((_, _) => { });
        var client = Client(Limit(1, 1));
        using var running = client.UnaryAsync(Hang);
        using var waiting = client.UnaryAsync(new ProbeRequest(), deadline: Time.GetUtcNow().UtcDateTime.AddMinutes(5));
        await Eventually.True(() => Arrived == 1 && Time.Waiting.Count == 1, "the first call runs and the second waits");

        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(waiting));
        Assert.Equal(StatusCode.DeadlineExceeded, waiting.GetStatus().StatusCode);
        Assert.Equal(1, Arrived);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_or_disposing_ends_the_wait_and_frees_its_room(bool dispose)
    {
        using var cancellation = new CancellationTokenSource();
        var client = Client(Limit(1, 1));
        var running = client.UnaryAsync(Hang);
        var waiting = client.UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);

        if (dispose)
            waiting.Dispose();
        else
            await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(waiting));
        using var next = client.UnaryAsync(new ProbeRequest());
        Assert.False(next.ResponseAsync.IsCompleted);
        running.Dispose();
        await next;
    }

    [Theory]
    [InlineData("read to its end")]
    [InlineData("failed")]
    [InlineData("disposed")]
    [InlineData("disposed unread")]
    [InlineData("cancelled")]
    [InlineData("past its deadline, unread")]
    [InlineData("past its deadline, read once")]
    public async Task A_stream_keeps_its_place_until_it_is(string end)
    {
        using var cancellation = new CancellationTokenSource();
        var client = Client(Limit(1, 1), steppedTime: false);
        var timed = end.StartsWith("past", StringComparison.Ordinal);
        var request = end switch
        {
            "read to its end" => new ProbeRequest { Responses = 1 },
            "failed" => new ProbeRequest { Responses = 1, Ending = Ending.ThrowStatus },
            _ => HangAfterOne,
        };
        var stream = client.ServerStream(
            request, deadline: timed ? DateTime.UtcNow.AddSeconds(1) : null, cancellationToken: cancellation.Token);
        using var next = client.ServerStream(new ProbeRequest { Responses = 1 });
        var read = next.ResponseStream.MoveNext(default);
        if (!end.Contains("unread", StringComparison.Ordinal))
            Assert.True(await stream.ResponseStream.MoveNext(default));
        Assert.True(timed || !read.IsCompleted);

        switch (end)
        {
            case "read to its end":
                Assert.False(await stream.ResponseStream.MoveNext(default));
                break;
            case "failed":
                await FailsAsync(() => stream.ResponseStream.MoveNext(default));
                break;
            case "disposed" or "disposed unread":
                stream.Dispose();
                break;
            case "cancelled":
                await cancellation.CancelAsync();
                break;
            default:
                break;
        }

        Assert.True(await read);
        GC.KeepAlive(stream);
    }

    [Fact]
    public async Task A_stream_that_was_dropped_unread_gives_its_place_back_when_it_is_collected()
    {
        var client = Client(Limit(1, 0));
        Drop(client);

        await Eventually.True(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                using var next = client.ServerStream(HangAfterOne);
                return !next.ResponseStream.MoveNext(default).IsFaulted;
            },
            "the place is free again");

        static void Drop(Probe.ProbeClient client) => client.ServerStream(HangAfterOne);
    }

    [Fact]
    public async Task Requests_written_while_a_stream_waits_are_sent_when_it_has_its_place()
    {
        var client = Client(Limit(1, 2));
        var running = client.Duplex();
        using var duplex = client.Duplex();
        duplex.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        var read = duplex.ResponseStream.MoveNext(default);
        var written = duplex.RequestStream.WriteAsync(new ProbeRequest { Text = "early", Responses = 1 });
        Assert.False(written.IsCompleted);

        running.Dispose();

        await written;
        Assert.True(await read);
        Assert.Equal("early", duplex.ResponseStream.Current.Text);
        Assert.Equal(WriteFlags.NoCompress, duplex.RequestStream.WriteOptions.Flags);
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task An_upload_waits_as_well()
    {
        var client = Client(Limit(1, 1));
        var running = client.ClientStream();
        using var upload = client.ClientStream();
        var written = upload.RequestStream.WriteAsync(new ProbeRequest { Text = "early" });

        running.Dispose();

        await written;
        await upload.RequestStream.CompleteAsync();
        Assert.Equal("early", (await upload).Text);
    }

    [Fact]
    public async Task A_slow_method_takes_no_places_of_another()
    {
        var client = Client(Limit(1, 0));
        using var running = client.UnaryAsync(Hang);

        Assert.Equal(
            StatusCode.OK, await new CallDriver(client).RunAsync(CallKind.ServerStreaming, CallEnd.Success, () => Task.CompletedTask));
    }

    private static ResilienceOptions Limit(int calls, int queue) =>
        new() { Concurrency = new ConcurrencyLimitOptions { MaxCalls = calls, QueueLength = queue } };
}
