using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class ObservedCallTests : IAsyncLifetime
{
    private readonly RecordingInterceptor _recorder = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_is_told_of_once_with_the_status_that_its_caller_saw(CallKind kind, CallEnd end)
    {
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(_recorder)));

        var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
        await Eventually.True(Ended, "the observer is told of the end");
        var call = Assert.Single(_recorder.Ended);
        Assert.Equal(seen, call.Status.StatusCode);
        Assert.Equal(1, _recorder.Started);
        Assert.Equal(kind.ToString().Replace("BlockingUnary", "Unary", StringComparison.Ordinal), Name(call.Method.Type));
        Assert.True(call.Elapsed > TimeSpan.Zero);

        bool Ended()
        {
            if (end == CallEnd.AbandonedForEver)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return _recorder.Ended.Count > 0;
        }
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, 1, 1)]
    [InlineData(CallKind.Unary, 1, 1)]
    [InlineData(CallKind.ClientStreaming, 1, 1)]
    [InlineData(CallKind.ServerStreaming, 1, 2)]
    [InlineData(CallKind.Duplex, 1, 2)]
    public async Task Messages_are_counted(CallKind kind, int sent, int received)
    {
        await new CallDriver(
            _server.Client(channel => channel.Intercept(_recorder))).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        var call = Assert.Single(_recorder.Ended);
        Assert.Equal((sent, received), (call.MessagesSent, call.MessagesReceived));
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 32")]
    public async Task What_the_transport_refuses_is_not_counted(CallKind kind)
    {
        var client = _server.Client(channel => channel.Intercept(_recorder));
        using var upload = kind == CallKind.ClientStreaming ? client.ClientStream() : null;
        using var duplex = kind == CallKind.Duplex ? client.Duplex() : null;
        var requests = upload?.RequestStream ?? duplex!.RequestStream;
        // Large ones, of which the first is not written yet when the next two come.
        var large = new ProbeRequest { Text = new string('x', 3_000_000) };

        var writes = Enumerable.Range(0, 3).Select(_ => requests.WriteAsync(large)).ToList();
        await writes[0];
        await Assert.ThrowsAsync<InvalidOperationException>(() => writes[1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writes[2]);
        await requests.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => requests.WriteAsync(new ProbeRequest()));
        if (upload is not null)
            await upload;
        else
            Assert.False(await duplex!.ResponseStream.MoveNext(default));

        Assert.Equal(1, Assert.Single(_recorder.Ended).MessagesSent);
    }

    [Fact]
    public async Task The_observer_is_told_before_the_caller_learns_of_the_response()
    {
        var client = _server.Client(channel => channel.Intercept(_recorder));
        for (var i = 1; i <= 200; i++)
        {
            await client.UnaryAsync(new ProbeRequest());
            Assert.Equal(i, _recorder.Ended.Count);
        }
    }

    [Fact]
    public async Task A_call_that_had_ended_before_it_was_disposed_keeps_its_real_status()
    {
        var call = _server.Client(channel => channel.Intercept(_recorder))
            .ServerStream(new ProbeRequest { Ending = Ending.Hang }, deadline: DateTime.UtcNow.AddMilliseconds(300));
        await Eventually.True(() => HasStatus(call, StatusCode.DeadlineExceeded), "the deadline ends the call");

        call.Dispose();

        Assert.Equal(StatusCode.DeadlineExceeded, Assert.Single(_recorder.Ended).Status.StatusCode);
    }

    [Fact]
    public async Task Two_reads_at_once_are_a_wrong_use_and_not_the_end_of_the_call()
    {
        using var call = _server.Client(channel => channel.Intercept(_recorder)).Duplex();
        var first = call.ResponseStream.MoveNext(default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(default));

        Assert.Empty(_recorder.Ended);
        await call.RequestStream.CompleteAsync();
        Assert.False(await first);
        Assert.Equal(StatusCode.OK, Assert.Single(_recorder.Ended).Status.StatusCode);
    }

    [Fact]
    public async Task A_caller_who_keeps_only_the_request_stream_has_not_abandoned_the_call()
    {
        var requests = Open();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await requests.WriteAsync(new ProbeRequest());
        }

        Assert.Empty(_recorder.Ended);
        await requests.CompleteAsync();

        IClientStreamWriter<ProbeRequest> Open() => _server.Client(channel => channel.Intercept(_recorder)).Duplex().RequestStream;
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_that_can_not_even_start_ends_too(CallKind kind)
    {
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(_recorder)));
        _server.Channel.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(StatusCode.Unknown, Assert.Single(_recorder.Ended).Status.StatusCode);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task An_observer_that_throws_does_not_break_the_call(CallKind kind)
    {
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(new ThrowingInterceptor())));

        Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
    }

    [Fact]
    public async Task The_outer_call_gives_headers_status_and_trailers_of_the_inner_one()
    {
        var call = _server.Client(channel => channel.Intercept(_recorder)).UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus });

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.NotFound, call.GetStatus().StatusCode);
        Assert.Equal("kept", call.GetTrailers().GetValue(ProbeService.TrailerKey));
        Assert.NotNull(await call.ResponseHeadersAsync);
    }

    private static string Name(MethodType type) => type == MethodType.DuplexStreaming ? nameof(CallKind.Duplex) : type.ToString();

    private static bool HasStatus(AsyncServerStreamingCall<ProbeResponse> call, StatusCode status)
    {
        try
        {
            return call.GetStatus().StatusCode == status;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private sealed class ThrowingInterceptor : ClientInterceptor
    {
        protected override bool Observes(scoped in OutgoingCall call) => true;

        protected override void OnStart(ClientCall call) => throw new InvalidOperationException("start");

        protected override void OnEnd(ClientCall call) => throw new InvalidOperationException("end");
    }
}
