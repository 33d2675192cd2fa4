using System.Threading.Channels;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Testing;

namespace Interceptors.TestKit.Tests;

/// <summary>Calls of every kind end as over the wire, and a client interceptor sees it, without a server.</summary>
public sealed class TestCallInvokerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static readonly CallEnd[] Ends = [CallEnd.Success, CallEnd.Error, CallEnd.Cancellation, CallEnd.Deadline, CallEnd.EarlyDispose];

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _handlerCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EndRecorder _recorder = new();

    public static TheoryData<CallKind, CallEnd> Cases =>
        [.. from call in CallDriver.All where Ends.Contains(call.End) select (call.Kind, call.End)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_kind_of_call_ends_in_every_way(CallKind kind, CallEnd end)
    {
        var invoker = TestCallInvoker.WithHandler(HandleAsync);
        var driver = new CallDriver(new Probe.ProbeClient(invoker.Intercept(_recorder)));

        var seen = await driver.RunAsync(kind, end, () => _started.Task);

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(CallDriver.Expected(end), await _recorder.Ends.ReadAsync().AsTask().WaitAsync(Bound));
        Assert.False(_recorder.Ends.TryRead(out _));
        Assert.Single(invoker.Calls);
        if (end is CallEnd.Cancellation or CallEnd.Deadline or CallEnd.EarlyDispose)
            await _handlerCancelled.Task.WaitAsync(Bound);
    }

    [Fact]
    public async Task An_answer_gives_all_responses_of_a_server_stream()
    {
        var client = Client(request => new[] { Response($"{Text(request)} 1"), Response($"{Text(request)} 2") });
        using var call = client.ServerStream(new ProbeRequest { Text = "a" });

        Assert.Equal(["a 1", "a 2"], await Read(call.ResponseStream));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task An_answer_gets_all_requests_of_a_client_stream()
    {
        var client = Client(requests => Response(string.Join('+', ((IReadOnlyList<ProbeRequest>)requests).Select(Text))));
        using var call = client.ClientStream();
        await call.RequestStream.WriteAsync(new ProbeRequest { Text = "a" });
        await call.RequestStream.WriteAsync(new ProbeRequest { Text = "b" });
        await call.RequestStream.CompleteAsync();

        Assert.Equal("a+b", (await call).Text);
    }

    [Fact]
    public async Task An_answer_responds_to_each_request_of_a_duplex_stream()
    {
        using var call = Client(request => Response(Text(request))).Duplex();
        foreach (var text in (string[])["a", "b"])
        {
            await call.RequestStream.WriteAsync(new ProbeRequest { Text = text });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }
        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_handler_sends_headers_and_trailers()
    {
        var invoker = TestCallInvoker.WithHandler(async call =>
        {
            call.ResponseHeaders.Add("first", "1");
            call.SendHeaders();
            await foreach (var _ in call.ReadAllAsync())
            {
            }
            call.ResponseTrailers.Add("last", "2");
            throw new RpcException(new Status(StatusCode.NotFound, "none"), new Metadata { { "why", "3" } });
        });
        using var call = new Probe.ProbeClient(invoker).Duplex();

        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("first"));
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        await call.RequestStream.CompleteAsync();
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(new Status(StatusCode.NotFound, "none"), failure.Status);
        Assert.Equal("3", failure.Trailers.GetValue("why"));
        Assert.Equal("2", call.GetTrailers().GetValue("last"));
    }

    [Fact]
    public async Task Responses_before_a_failure_are_read_first()
    {
        var invoker = TestCallInvoker.WithHandler(async call =>
        {
            await call.WriteAsync(Response("one"));
            throw new RpcException(new Status(StatusCode.Aborted, ""));
        });
        using var call = new Probe.ProbeClient(invoker).ServerStream(new ProbeRequest());

        Assert.True(await call.ResponseStream.MoveNext(default));
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
    }

    [Fact]
    public async Task A_write_after_the_end_fails_with_the_status()
    {
        var invoker = TestCallInvoker.WithHandler(_ => throw new RpcException(new Status(StatusCode.ResourceExhausted, "")));
        using var call = new Probe.ProbeClient(invoker).Duplex();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new ProbeRequest()));
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_reaches_no_handler()
    {
        var time = new ManualTime();
        var client = new Probe.ProbeClient(new TestCallInvoker(_ => throw new InvalidOperationException("reached"), time));

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => client.UnaryAsync(new ProbeRequest(), deadline: time.GetUtcNow().UtcDateTime).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task A_mistake_in_the_test_is_seen_as_it_is()
    {
        var none = new Probe.ProbeClient(TestCallInvoker.WithHandler(_ => Task.CompletedTask));
        var wrong = Client(_ => "text");

        Assert.Contains("no response", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => none.UnaryAsync(new ProbeRequest()).ResponseAsync)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidCastException>(() => wrong.Unary(new ProbeRequest()));
    }

    private static Probe.ProbeClient Client(Func<object, object> answer) => new(new TestCallInvoker(answer));

    private static ProbeResponse Response(string text) => new() { Text = text };

    private static string Text(object request) => ((ProbeRequest)request).Text;

    private static async Task<List<string>> Read(IAsyncStreamReader<ProbeResponse> responses)
    {
        var texts = new List<string>();
        await foreach (var response in responses.ReadAllAsync())
            texts.Add(response.Text);
        return texts;
    }

    /// <summary>Does what the request says, as the probe's server does.</summary>
    private async Task HandleAsync(TestCall call)
    {
        var request = new ProbeRequest();
        await foreach (var message in call.ReadAllAsync())
            request = (ProbeRequest)message;
        var streams = call.Method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming;
        for (var i = 0; streams && i < request.Responses; i++)
            await call.WriteAsync(Response($"{i}"));
        _started.SetResult();
        switch (request.Ending)
        {
            case Ending.ThrowStatus:
                throw new RpcException(new Status(StatusCode.NotFound, ""));
            case Ending.Hang:
                using (call.CancellationToken.Register(_handlerCancelled.SetResult))
                    await Task.Delay(Timeout.Infinite, call.CancellationToken);
                break;
            default:
                if (!streams)
                    await call.WriteAsync(Response("done"));
                break;
        }
    }

    private sealed class EndRecorder : ClientInterceptor
    {
        private readonly Channel<StatusCode> _ends = Channel.CreateUnbounded<StatusCode>();

        public ChannelReader<StatusCode> Ends => _ends.Reader;

        protected override bool Observes(scoped in OutgoingCall call) => true;

        protected override void OnEnd(ClientCall call) => _ends.Writer.TryWrite(call.Status.StatusCode);
    }
}
