using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client.Tests;

public sealed class AwaitedUnaryCallTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private static readonly Method<string, string> Method =
        new(MethodType.Unary, "test.Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private readonly RecordingInterceptor _recorder = new();
    private readonly PendingInvoker _transport = new();

    [Fact]
    public async Task The_end_is_told_in_the_context_in_which_the_call_was_made()
    {
        string? seen = null;
        Ambient.Value = "caller";
        var call = _transport.Intercept(new EndInterceptor(() => seen = Ambient.Value)).AsyncUnaryCall(Method, null, default, "");
        Ambient.Value = "other";

        await Task.Run(() => _transport.Pending[0].SetResult(""));
        await call;

        Assert.Equal("caller", seen);
        Assert.Equal("other", Ambient.Value);
    }

    [Fact]
    public async Task What_waits_for_a_response_may_make_the_next_call_at_once()
    {
        var invoker = _transport.Intercept(_recorder);
        var all = Chain();

        for (var i = 0; i < 1000; i++)
            _transport.Pending[i].SetResult($"{i}");

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), await all);
        Assert.Equal(1000, _recorder.Ended.Count);

        async Task<List<string>> Chain()
        {
            var seen = new List<string>();
            while (seen.Count < 1000)
                seen.Add(await invoker.AsyncUnaryCall(Method, null, default, "").ResponseAsync.ConfigureAwait(false));
            return seen;
        }
    }

    [Fact]
    public async Task Calls_that_wait_at_the_same_time_do_not_mix_up()
    {
        var invoker = _transport.Intercept(_recorder);
        for (var round = 1; round <= 3; round++)
        {
            _transport.Pending.Clear();
            var calls = Enumerable.Range(0, 1000).Select(_ => invoker.AsyncUnaryCall(Method, null, default, "").ResponseAsync).ToArray();

            await Parallel.ForAsync(0, calls.Length, (i, _) =>
            {
                _transport.Pending[i].SetResult($"{i}");
                return ValueTask.CompletedTask;
            });

            Assert.Equal(calls.Select((_, i) => $"{i}"), await Task.WhenAll(calls));
            Assert.Equal(1000 * round, _recorder.Ended.Count);
        }
    }

    [Fact]
    public async Task A_call_that_failed_at_once_ends_before_its_caller_has_it()
    {
        _transport.Next = Task.FromException<string>(new RpcException(new Status(StatusCode.NotFound, "gone")));

        var call = _transport.Intercept(_recorder).AsyncUnaryCall(Method, null, default, "");

        Assert.Equal(StatusCode.NotFound, Assert.Single(_recorder.Ended).Status.StatusCode);
        Assert.Equal("gone", (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).Status.Detail);
    }

    [Fact]
    public async Task A_call_that_the_transport_cancels_is_a_cancelled_one()
    {
        var call = _transport.Intercept(_recorder).AsyncUnaryCall(Method, null, default, "");

        _transport.Pending[0].SetCanceled(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<TaskCanceledException>(() => call.ResponseAsync);
        Assert.True(call.ResponseAsync.IsCanceled);
        Assert.Equal(StatusCode.Cancelled, Assert.Single(_recorder.Ended).Status.StatusCode);
    }

    [Fact]
    public async Task A_call_that_is_sent_again_keeps_what_its_caller_chose()
    {
        var options = new CallOptions(
            [new Metadata.Entry("k", "v")], DateTime.UnixEpoch, new CancellationToken(canceled: true),
            new WriteOptions(WriteFlags.NoCompress))
            .WithWaitForReady();
        var call = _transport.Intercept(new SecondTry()).AsyncUnaryCall(Method, "host", options, "request");

        _transport.Pending[0].SetException(new RpcException(new Status(StatusCode.Aborted, "")));
        _transport.Pending[1].SetResult("second");

        Assert.Equal("second", await call);
        Assert.Equal(2, _transport.Sent.Count);
        Assert.Equal([("host", options, "request"), ("host", options, "request")], _transport.Sent);
    }

    [Fact]
    public async Task A_call_that_was_sent_again_gives_status_and_trailers_of_its_last_attempt()
    {
        var call = _transport.Intercept(new SecondTry()).AsyncUnaryCall(Method, null, default, "");
        Assert.Equal("of attempt 1", call.GetStatus().Detail);

        _transport.Pending[0].SetException(new RpcException(new Status(StatusCode.Aborted, "")));

        Assert.Equal("of attempt 2", call.GetStatus().Detail);
        Assert.Equal("2", call.GetTrailers().GetValue("attempt"));
        Assert.Equal("2", (await call.ResponseHeadersAsync).GetValue("attempt"));
    }

    [Fact]
    public void Disposing_a_call_that_was_sent_again_disposes_its_last_attempt()
    {
        var call = _transport.Intercept(new SecondTry()).AsyncUnaryCall(Method, null, default, "");
        _transport.Pending[0].SetException(new RpcException(new Status(StatusCode.Aborted, "")));
        Assert.Equal([1], _transport.Disposed);

        call.Dispose();

        Assert.Equal([1, 2], _transport.Disposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Disposing_a_call_disposes_that_of_the_transport(bool responded)
    {
        var call = _transport.Intercept(_recorder).AsyncUnaryCall(Method, null, default, "");
        if (responded)
            _transport.Pending[0].SetResult("");

        call.Dispose();

        Assert.Equal([1], _transport.Disposed);
    }

    [Fact]
    public async Task A_call_that_was_disposed_is_not_sent_again()
    {
        var call = _transport.Intercept(new SecondTry()).AsyncUnaryCall(Method, null, default, "");

        call.Dispose();
        _transport.Pending[0].SetException(new RpcException(new Status(StatusCode.Aborted, "")));

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Single(_transport.Sent);
    }

    [Fact]
    public async Task A_failure_that_nobody_looks_at_is_observed()
    {
        var call = _transport.Intercept(_recorder).AsyncUnaryCall(Method, null, default, "");
        _transport.Pending[0].SetException(new RpcException(new Status(StatusCode.Aborted, "")));
        _ = _transport.Pending[0].Task.Exception;

        await Task.WhenAny(call.ResponseAsync);

        // The assembly's fixture would find it otherwise.
        Assert.True(call.ResponseAsync.IsFaulted);
    }

    private sealed class EndInterceptor(Action ended) : ClientInterceptor
    {
        protected override bool Observes(scoped in OutgoingCall call) => true;

        protected override void OnEnd(ClientCall call) => ended();
    }

    private sealed class SecondTry : ClientInterceptor
    {
        protected override bool Observes(scoped in OutgoingCall call) => true;

        protected override bool Reissues(ClientCall call, RpcException error) => call.MessagesSent == 1;
    }

    private sealed class PendingInvoker : CallInvoker
    {
        public List<TaskCompletionSource<string>> Pending { get; } = [];

        public List<(string? Host, CallOptions Options, string Request)> Sent { get; } = [];

        public List<int> Disposed { get; } = [];

        public Task<string>? Next { get; set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Sent.Add((host, options, (string)(object)request));
            Pending.Add(new TaskCompletionSource<string>());
            var attempt = Sent.Count;
            var metadata = new Metadata { { "attempt", $"{attempt}" } };
            return new AsyncUnaryCall<TResponse>(
                (Task<TResponse>)(object)(Next ?? Pending[^1].Task), Task.FromResult(metadata),
                () => new Status(StatusCode.OK, $"of attempt {attempt}"), () => metadata, () => Disposed.Add(attempt));
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
