using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class ResilienceMatrixTests : ResilienceFixture
{
    [Theory]
    [ClassData(typeof(OffAndOnMatrix))]
    public async Task Every_call_ends_as_it_would_without_and_gives_its_place_back(CallKind kind, CallEnd end, bool on)
    {
        OnArrival((_, _) => { });
        var options = on ? new ResilienceOptions().UseRecommended("*") : new ResilienceOptions();
        if (on)
            options.Concurrency = new ConcurrencyLimitOptions { MaxCalls = 1 };
        var client = Client(options, steppedTime: false);

        var seen = await new CallDriver(client)
            .RunAsync(kind, end, () => Eventually.True(() => Server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(1, Arrived);
        if (on)
            await Eventually.True(() => PlaceIsFree(kind, end, client), "the place is free again");
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task An_observer_around_it_sees_the_same_end(CallKind kind, CallEnd end)
    {
        var recorder = new RecordingInterceptor();
        var resilience = new ResilienceInterceptor(
            Microsoft.Extensions.Options.Options.Create(new ResilienceOptions().UseRecommended("*")));
        var client = Server.Client(channel => channel.Intercept(ClientInterceptors.Combine(recorder, resilience)));

        await new CallDriver(client).RunAsync(kind, end, () => Eventually.True(() => Server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => Collected(end) && recorder.Ended.Count > 0, "the observer is told");
        Assert.Equal(CallDriver.Expected(end), Assert.Single(recorder.Ended).Status.StatusCode);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_wrong_use_is_thrown_at_once_as_without(CallKind kind)
    {
        var driver = new CallDriver(Client(new ResilienceOptions().UseRecommended("*")));
        Server.Channel.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
    }

    [Fact]
    public async Task A_method_for_which_nothing_is_on_is_passed_on_untouched()
    {
        var spy = new CallSpy();
        var resilience = new ResilienceInterceptor(Microsoft.Extensions.Options.Options.Create(Retrying(methods: "other.Service")));
        var headers = new Metadata();

        var call = new Probe.ProbeClient(Server.Channel.Intercept(resilience).Intercept(spy)).UnaryAsync(new ProbeRequest(), headers);
        var inner = new Probe.ProbeClient(Server.Channel.Intercept(resilience, spy)).UnaryAsync(new ProbeRequest(), headers);
        await call;
        await inner;

        Assert.Same(spy.Call, inner);
        Assert.Same(headers, spy.Headers);
    }

    private static bool PlaceIsFree(CallKind kind, CallEnd end, Probe.ProbeClient client)
    {
        Collected(end);
        // Without a queue a call that finds no place fails before this returns.
        switch (kind)
        {
            case CallKind.ClientStreaming:
                using (var upload = client.ClientStream())
                    return !upload.ResponseAsync.IsFaulted;
            case CallKind.ServerStreaming:
                using (var download = client.ServerStream(new ProbeRequest { Ending = Ending.Hang }))
                    return !download.ResponseStream.MoveNext(default).IsFaulted;
            case CallKind.Duplex:
                using (var duplex = client.Duplex())
                    return !duplex.ResponseStream.MoveNext(default).IsFaulted;
            default:
                using (var unary = client.UnaryAsync(new ProbeRequest()))
                    return !unary.ResponseAsync.IsFaulted;
        }
    }

    private static bool Collected(CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return true;
    }

    private sealed class CallSpy : Interceptor
    {
        public Metadata? Headers { get; private set; }

        public object? Call { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Headers = context.Options.Headers;
            var call = continuation(request, context);
            Call = call;
            return call;
        }
    }
}
