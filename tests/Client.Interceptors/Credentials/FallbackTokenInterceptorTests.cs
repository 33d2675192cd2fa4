using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class FallbackTokenInterceptorTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _received = new();
    private readonly StubTokenSource _tokens = new();
    private SecureProbeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SecureProbeServer.StartAsync();
        _server.Observer.OnCall = context =>
        {
            _received.Enqueue(string.Join('|', context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)));
            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_kind_of_call_carries_the_token_and_ends_as_it_would_without(CallKind kind, CallEnd end)
    {
        var seen = await new CallDriver(Client(_tokens)).RunAsync(kind, end, Running);

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["Bearer token-1"], _received);
        Assert.Empty(_tokens.Invalidated);
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task The_same_when_the_token_must_first_be_fetched(CallKind kind, CallEnd end)
    {
        var tokens = new StubTokenSource { Delay = static token => Task.Delay(20, token) };

        var seen = await new CallDriver(Client(tokens)).RunAsync(kind, end, Running);

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["Bearer token-1"], _received);
    }

    [Fact]
    public async Task The_source_is_told_of_the_call()
    {
        await Client(_tokens).UnaryAsync(new ProbeRequest());

        var asked = Assert.Single(_tokens.Asked);
        Assert.EndsWith("/Unary", asked.Method, StringComparison.Ordinal);
        Assert.StartsWith(_server.Address, asked.ServiceUrl, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_carries_its_own_is_left_alone(bool asHeader)
    {
        var options = asHeader
            ? new CallOptions(new Metadata { { "Authorization", "Bearer own" } })
            : new CallOptions(credentials: Credentials("Bearer own"));

        await Client(_tokens).UnaryAsync(new ProbeRequest(), options);

        Assert.Equal(["Bearer own"], _received);
        Assert.Empty(_tokens.Asked);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task A_refused_unary_call_is_sent_once_more_with_a_fresh_token(CallKind kind)
    {
        Refuse("Bearer token-1");

        var seen = await Run(Client(_tokens), kind);

        Assert.Equal(StatusCode.OK, seen);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], _received);
        Assert.Equal(["token-1"], _tokens.Invalidated);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task It_is_sent_no_more_than_once_more(CallKind kind)
    {
        Refuse("Bearer token-1", "Bearer token-2", "Bearer token-3");

        Assert.Equal(StatusCode.Unauthenticated, await Run(Client(_tokens), kind));

        Assert.Equal(["Bearer token-1", "Bearer token-2"], _received);
        Assert.Equal(["token-1", "token-2"], _tokens.Invalidated);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task Retrying_can_be_turned_off(CallKind kind)
    {
        Refuse("Bearer token-1");

        Assert.Equal(StatusCode.Unauthenticated, await Run(Client(_tokens, options => options.RetryUnary = false), kind));

        Assert.Equal(["Bearer token-1"], _received);
        Assert.Equal(["token-1"], _tokens.Invalidated);
    }

    [Fact]
    public async Task A_source_without_a_fresh_token_leaves_the_servers_answer_as_it_was()
    {
        Refuse("Bearer fixed");

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await Client(TokenSources.Static("fixed")).UnaryAsync(new ProbeRequest()));

        Assert.Equal("not this one", error.Status.Detail);
        Assert.Equal(["Bearer fixed"], _received);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_refused_stream_is_not_sent_again_but_its_token_is_dropped(CallKind kind)
    {
        Refuse("Bearer token-1");

        Assert.Equal(StatusCode.Unauthenticated, await Run(Client(_tokens), kind));

        await Eventually.True(() => _tokens.Dropped == 1, "the token is dropped");
        Assert.Equal(["Bearer token-1"], _received);
        Assert.Equal(["token-1"], _tokens.Invalidated);
    }

    [Fact]
    public async Task A_token_that_many_calls_failed_with_is_dropped_once()
    {
        var all = new TaskCompletionSource();
        var waiting = 0;
        _server.Observer.OnCall = async context =>
        {
            if (context.RequestHeaders.GetValue("authorization") != "Bearer token-1")
                return;
            if (Interlocked.Increment(ref waiting) == 100)
                all.SetResult();
            await all.Task;
            throw new RpcException(new Status(StatusCode.Unauthenticated, ""));
        };
        var client = Client(_tokens);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.UnaryAsync(new ProbeRequest()).ResponseAsync));

        Assert.Equal(1, _tokens.Dropped);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Without_a_token_the_call_fails_as_unauthenticated_and_is_not_sent(CallKind kind)
    {
        var failing = TokenSources.Delegate((_, _) => throw new TokenUnavailableException("the vault is sealed"));

        Assert.Equal(StatusCode.Unauthenticated, await Run(Client(failing), kind));

        var error = Assert.Throws<RpcException>(() => Client(failing).Unary(new ProbeRequest()));
        Assert.Contains("the vault is sealed", error.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Or_is_sent_without_where_that_is_wanted(CallKind kind)
    {
        var failing = TokenSources.Delegate((_, _) => throw new InvalidOperationException());
        var client = Client(failing, options => options.OnFailure = TokenFailureAction.SendWithout);

        Assert.Equal(StatusCode.OK, await Run(client, kind));

        Assert.Equal([""], _received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, true)]
    [InlineData(CallKind.Unary, true)]
    [InlineData(CallKind.ClientStreaming, true)]
    [InlineData(CallKind.ServerStreaming, true)]
    [InlineData(CallKind.Duplex, true)]
    [InlineData(CallKind.Unary, false)]
    [InlineData(CallKind.Duplex, false)]
    public async Task A_source_that_hangs_does_not_outlive_the_deadline(CallKind kind, bool heeds)
    {
        var tokens = new StubTokenSource { Delay = token => Task.Delay(Timeout.Infinite, heeds ? token : default) };

        Assert.Equal(StatusCode.DeadlineExceeded, await new CallDriver(Client(tokens)).RunAsync(kind, CallEnd.Deadline, Running));

        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Nor_the_callers_cancellation(CallKind kind)
    {
        var cancelled = new TaskCompletionSource();
        var tokens = new StubTokenSource
        {
            Delay = async token =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    cancelled.SetResult();
                }
            },
        };
        var client = Client(tokens);
        using var cancellation = new CancellationTokenSource();

        var run = Task.Run(() => kind switch
        {
            CallKind.BlockingUnary => Task.FromResult(client.Unary(new ProbeRequest(), cancellationToken: cancellation.Token)),
            CallKind.Unary => client.UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token).ResponseAsync,
            CallKind.ClientStreaming => client.ClientStream(cancellationToken: cancellation.Token).ResponseAsync,
            _ => client.Duplex(cancellationToken: cancellation.Token).ResponseStream.MoveNext(default).ContinueWith(
                moved => moved.GetAwaiter().GetResult() ? new ProbeResponse() : null!, TaskScheduler.Default),
        });
        await Eventually.True(() => tokens.Asked.Count == 1, "the source is asked");
        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => run)).StatusCode);
        await cancelled.Task;
    }

    [Fact]
    public void A_wrong_option_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Client(_tokens, options => options.OnFailure = (TokenFailureAction)7));

        Assert.Contains("FallbackTokenOptions.OnFailure is 7", error.Message, StringComparison.Ordinal);
    }

    private Task Running() => Eventually.True(() => _server.Observer.Running > 0, "the handler runs");

    private Task<StatusCode> Run(Probe.ProbeClient client, CallKind kind) =>
        new CallDriver(client).RunAsync(kind, CallEnd.Success, Running);

    private Probe.ProbeClient Client(ITokenSource tokens, Action<FallbackTokenOptions>? configure = null)
    {
        var options = new FallbackTokenOptions();
        configure?.Invoke(options);
        return _server.Client(channel => channel.Intercept(new FallbackTokenInterceptor(tokens, Options.Create(options))));
    }

    private void Refuse(params string[] refused)
    {
        var note = _server.Observer.OnCall;
        _server.Observer.OnCall = async context =>
        {
            await note(context);
            if (refused.Contains(context.RequestHeaders.GetValue("authorization")))
                throw new RpcException(new Status(StatusCode.Unauthenticated, "not this one"));
        };
    }

    private static CallCredentials Credentials(string value) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add("authorization", value);
        return Task.CompletedTask;
    });
}
