using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>Calls over a channel that has had calls with the token before.</summary>
public sealed class UsedTokenTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string?> _received = new();
    private readonly HttpClient _http = new();
    private SecureProbeServer _server = null!;
    private TokenEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await TokenEndpoint.StartAsync();
        _server = await SecureProbeServer.StartAsync();
        _server.Observer.OnCall = context =>
        {
            _received.Enqueue(context.RequestHeaders.GetValue("authorization"));
            return Task.CompletedTask;
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_kind_of_call_carries_the_token_and_ends_as_it_would_without(CallKind kind, CallEnd end)
    {
        var client = await UsedAsync(TokenSources.Static("token-1"));

        var seen = await new CallDriver(client).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["Bearer token-1", "Bearer token-1"], _received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task A_refused_unary_call_is_sent_once_more_with_a_fresh_token(CallKind kind)
    {
        var client = await UsedAsync(Issued());
        _server.Observer.OnCall = Refusing("Bearer issued-1");

        var seen = await new CallDriver(client).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(StatusCode.OK, seen);
        Assert.Equal(["Bearer issued-1", "Bearer issued-1", "Bearer issued-2"], _received);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_refused_stream_is_not_but_the_token_is_dropped(CallKind kind)
    {
        var client = await UsedAsync(Issued());
        _server.Observer.OnCall = Refusing("Bearer issued-1");

        Assert.Equal(StatusCode.Unauthenticated, await new CallDriver(client).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        await Eventually.True(() => _endpoint.Requests.Count == 2 || Succeeds(client), "the token is dropped");
        Assert.Equal(2, _endpoint.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_many_calls_failed_with_is_dropped_once()
    {
        var client = await UsedAsync(Issued());
        var all = new TaskCompletionSource();
        var waiting = 0;
        _server.Observer.OnCall = async context =>
        {
            if (context.RequestHeaders.GetValue("authorization") != "Bearer issued-1")
                return;
            if (Interlocked.Increment(ref waiting) == 100)
                all.SetResult();
            await all.Task;
            throw new RpcException(new Status(StatusCode.Unauthenticated, ""));
        };

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.UnaryAsync(new ProbeRequest()).ResponseAsync));

        Assert.Equal(2, _endpoint.Requests.Count);
    }

    [Fact]
    public async Task The_servers_refusal_stands_where_there_is_no_fresh_token()
    {
        var client = await UsedAsync(TokenSources.Static("token-1"));
        _server.Observer.OnCall = Refusing("Bearer token-1");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()));

        Assert.Equal("not this one", error.Status.Detail);
        Assert.Equal(2, _received.Count);
    }

    [Fact]
    public async Task Without_a_fresh_token_the_call_fails_and_is_not_sent_again()
    {
        var client = await UsedAsync(Issued());
        _endpoint.Answer = TokenEndpoint.Fail(503);
        _server.Observer.OnCall = Refusing("Bearer issued-1");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("503", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(["Bearer issued-1", "Bearer issued-1"], _received);
    }

    /// <summary>A client that has made its first call.</summary>
    private async Task<Probe.ProbeClient> UsedAsync(ITokenSource tokens)
    {
        var client = _server.Client(channel => channel.Intercept(new FallbackTokenInterceptor(tokens)));
        await client.UnaryAsync(new ProbeRequest());
        return client;
    }

    private ITokenSource Issued() => TokenSources.ClientCredentials(_http, new ClientCredentialsOptions
    {
        TokenEndpoint = _endpoint.Address,
        ClientId = "client",
        ClientSecret = "secret",
    });

    private static bool Succeeds(Probe.ProbeClient client)
    {
        try
        {
            client.Unary(new ProbeRequest());
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private Func<ServerCallContext, Task> Refusing(string token) => context =>
    {
        var sent = context.RequestHeaders.GetValue("authorization");
        _received.Enqueue(sent);
        return sent == token ? throw new RpcException(new Status(StatusCode.Unauthenticated, "not this one")) : Task.CompletedTask;
    };
}
