using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class PreparedCallTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_kind_of_call_is_prepared_and_ends_as_it_would_without(CallKind kind, CallEnd end)
    {
        var received = new List<Metadata>();
        _server.Observer.OnCall = context =>
        {
            received.Add(context.RequestHeaders);
            return Task.CompletedTask;
        };
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(new Marking("x-mark"))));

        var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal("x-mark", Assert.Single(received).GetValue("x-mark"));
    }

    [Fact]
    public async Task The_callers_metadata_is_left_as_it_was_by_a_thousand_concurrent_calls()
    {
        var client = _server.Client(channel => channel.Intercept(ClientInterceptors.Combine(new Marking("x-one"), new Marking("x-two"))));
        var shared = new Metadata { { "x-own", "mine" } };

        var responses = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(_ => client.UnaryAsync(new ProbeRequest(), shared).ResponseAsync));

        Assert.Equal("x-own", Assert.Single(shared).Key);
        Assert.All(responses, response => Assert.Equal(
            ["x-one", "x-own", "x-two"],
            response.Headers.Select(header => header.Key).Where(key => key.StartsWith("x-", StringComparison.Ordinal)).Order()));
    }

    [Fact]
    public void The_steps_of_a_group_share_one_copy_and_one_observed_call()
    {
        var first = new Marking("x-one");
        var second = new Marking("x-two");
        var recorder = new RecordingInterceptor();
        var channel = _server.Channel.Intercept(ClientInterceptors.Combine(first, recorder, second, recorder));

        new Probe.ProbeClient(channel).Unary(new ProbeRequest());

        Assert.Same(first.Written, second.Written);
        Assert.Equal(2, recorder.Ended.Count);
        Assert.Equal(recorder.Ended[0], recorder.Ended[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_no_step_changes_and_nobody_observes_is_passed_on_untouched(bool combined)
    {
        var idle = new Idle();
        var spy = new Spy();
        var invoker = _server.Channel.Intercept(combined ? ClientInterceptors.Combine(idle, idle) : idle, spy);
        var headers = new Metadata();

        var call = new Probe.ProbeClient(invoker).UnaryAsync(new ProbeRequest(), headers);
        await call;

        Assert.Same(headers, spy.Headers);
        Assert.Same(spy.Call, call);
    }

    [Fact]
    public void A_step_may_replace_all_options_at_once()
    {
        var shared = new Metadata { { "x-own", "mine" } };
        var options = new CallOptions(
            shared, DateTime.UtcNow.AddMinutes(1), new CancellationToken(canceled: false), new WriteOptions(WriteFlags.BufferHint))
            .WithWaitForReady();
        var spy = new Spy();
        var invoker = _server.Channel.Intercept(ClientInterceptors.Combine(new Marking("x-one"), new Replacing(options)), spy);

        new Probe.ProbeClient(invoker).UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMinutes(2)).Dispose();

        Assert.Equal(options, spy.Options);
    }

    [Fact]
    public async Task Metadata_that_a_step_put_in_place_of_the_copy_is_left_as_it_was()
    {
        var shared = new Metadata { { "x-own", "mine" } };
        var invoker = _server.Channel.Intercept(
            ClientInterceptors.Combine(new Marking("x-one"), new Replacing(new CallOptions(shared)), new Marking("x-two")));

        var response = await new Probe.ProbeClient(invoker).UnaryAsync(new ProbeRequest());

        Assert.Equal("x-own", Assert.Single(shared).Key);
        Assert.Equal(
            ["x-own", "x-two"],
            response.Headers.Select(header => header.Key).Where(key => key.StartsWith("x-", StringComparison.Ordinal)).Order());
    }

    /// <summary>They are taken apart and put together again: one that a later version of gRPC adds must not get lost.</summary>
    [Fact]
    public void Calls_have_no_options_but_those_that_are_passed_on() => Assert.Equal(
        ["CancellationToken", "Credentials", "Deadline", "Headers", "IsWaitForReady", "PropagationToken", "WriteOptions"],
        typeof(CallOptions).GetProperties().Select(property => property.Name).Order());

    private sealed class Idle : ClientInterceptor;

    private sealed class Replacing(CallOptions options) : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) => call.Options = options;
    }

    /// <summary>What arrives inside of the interceptors under test, and what leaves towards them.</summary>
    private sealed class Spy : Interceptor
    {
        public CallOptions Options { get; private set; }

        public Metadata? Headers => Options.Headers;

        public object? Call { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Options = context.Options;
            var call = continuation(request, context);
            Call = call;
            return call;
        }
    }

    private sealed class Marking(string key) : ClientInterceptor
    {
        public Metadata? Written { get; private set; }

        protected override void Prepare(ref OutgoingCall call)
        {
            Written = call.EditHeaders();
            Written.Add(key, key);
        }
    }
}
