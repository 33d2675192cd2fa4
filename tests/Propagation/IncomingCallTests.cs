using Grpc.Core;

namespace Interceptors.Propagation.Tests;

public sealed class IncomingCallTests
{
    [Fact]
    public async Task It_reaches_what_is_started_and_not_who_started_it()
    {
        await Handle();
        Assert.Null(IncomingCall.Current);

        static async Task Handle()
        {
            IncomingCall.Current = new IncomingCall([], "t1");
            await Task.Yield();
            Assert.Equal("t1", await Task.Run(() => IncomingCall.Current?.TraceId));
        }
    }

    [Fact]
    public void A_trace_id_that_is_not_valid_is_refused() =>
        Assert.Throws<ArgumentException>(() => new IncomingCall(Metadata.Empty, "a\nb"));

    [Fact]
    [Trait("case", "interceptors 3")]
    public void It_is_cancelled_with_its_request_until_the_request_ends()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var cancelled = new IncomingCall([], "t1", cancellationToken: first.Token);
        var ended = new IncomingCall([], "t2", cancellationToken: second.Token);
        var (before, after) = (cancelled.CancellationToken, ended.CancellationToken);

        first.Cancel();
        ended.EndRequest("x-trace-id");
        second.Cancel();

        Assert.True(before.IsCancellationRequested);
        Assert.False(after.IsCancellationRequested);
        Assert.False(ended.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public void It_knows_the_token_of_its_request()
    {
        using var request = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var call = new IncomingCall([], "t1", cancellationToken: request.Token);

        Assert.True(call.IsCancelledWith(request.Token));
        Assert.True(call.IsCancelledWith(call.CancellationToken));
        Assert.False(call.IsCancelledWith(other.Token));
        Assert.False(call.IsCancelledWith(CancellationToken.None));
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public void Work_from_elsewhere_begins_and_ends()
    {
        using var stopping = new CancellationTokenSource();
        CancellationToken token;
        using (IncomingCall.Begin(stopping.Token, DateTime.MaxValue.AddDays(-1), "t-5", new Metadata { { "x-a", "1" } }))
        {
            var call = IncomingCall.Current!;
            Assert.Equal(("t-5", DateTime.MaxValue.AddDays(-1), "1"), (call.TraceId, call.Deadline, call.Metadata.GetValue("x-a")));
            token = call.CancellationToken;
            using (IncomingCall.Begin())
                Assert.Matches("^[0-9a-f]{32}$", IncomingCall.Current!.TraceId);
            Assert.Same(call, IncomingCall.Current);
        }

        stopping.Cancel();
        Assert.Null(IncomingCall.Current);
        Assert.False(token.IsCancellationRequested);
    }

    [Fact]
    [Trait("case", "interceptors 3")]
    public void What_is_detached_keeps_trace_id_and_metadata_only()
    {
        using var request = new CancellationTokenSource();
        using var scope = IncomingCall.Begin(request.Token, DateTime.MaxValue.AddDays(-1), "t-6", new Metadata { { "x-a", "1" } });
        var call = IncomingCall.Current;

        using (IncomingCall.Detach())
        {
            var detached = IncomingCall.Current!;
            Assert.Equal(("t-6", "1"), (detached.TraceId, detached.Metadata.GetValue("x-a")));
            Assert.Null(detached.Deadline);
            Assert.False(detached.CancellationToken.CanBeCanceled);
        }

        Assert.Same(call, IncomingCall.Current);
    }

    [Fact]
    public void Outside_of_a_call_there_is_nothing_to_detach()
    {
        using (IncomingCall.Detach())
            Assert.Null(IncomingCall.Current);
    }
}
