using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class PlainTextTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string?> _received = new();
    private ProbeServer _server = null!;

    private ChannelDescription Plain => new(_server.Address, IsSecure: false);

    public async ValueTask InitializeAsync()
    {
        _server = await ProbeServer.StartAsync();
        _server.Observer.OnCall = context =>
        {
            _received.Enqueue(context.RequestHeaders.GetValue("authorization"));
            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task On_a_channel_that_says_it_is_plain_every_call_is_refused_and_nothing_is_sent(CallKind kind)
    {
        var driver = new CallDriver(Client(TokenSources.Static("ours"), allow: false, Plain));

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.Unauthenticated, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task On_one_of_which_nothing_is_known_calls_go_without_the_token_and_a_refused_one_is_explained_once(CallKind kind)
    {
        using var logs = new LogCapture();
        var note = _server.Observer.OnCall;
        _server.Observer.OnCall = async context =>
        {
            await note(context);
            throw new RpcException(new Status(StatusCode.Unauthenticated, "who are you?"));
        };
        var interceptor = new FallbackTokenInterceptor(
            TokenSources.Static("ours"), logger: logs.Factory().CreateLogger<FallbackTokenInterceptor>());
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(interceptor)));

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.Unauthenticated, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal([null, null, null], _received);
        Assert.Contains("AllowPlainText", Assert.Single(logs.Named("TokenIgnored")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_names_the_option()
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await Client(TokenSources.Static("ours"), allow: false, Plain).UnaryAsync(new ProbeRequest()));

        Assert.Contains("FallbackTokenOptions.AllowPlainText", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_lets_credentials_through_without_TLS_is_refused_before_anything_is_sent()
    {
        using var channel = GrpcChannel.ForAddress(
            _server.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var client = new Probe.ProbeClient(channel.Intercept(new FallbackTokenInterceptor(TokenSources.Static("ours"))));

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Contains("FallbackTokenOptions.AllowPlainText", error.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 13")]
    public async Task A_stream_that_is_cancelled_by_its_read_while_it_waits_ends_cancelled_and_is_never_sent(CallKind kind)
    {
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var tokens = TokenSources.Delegate(async (_, _) =>
        {
            asked.SetResult();
            await release.Task;
            return new AccessToken("ours");
        });
        var client = Client(tokens, allow: true);
        using var read = new CancellationTokenSource();
        var responses = kind == CallKind.Duplex ? client.Duplex().ResponseStream : client.ServerStream(new ProbeRequest()).ResponseStream;

        var reading = responses.MoveNext(read.Token);
        await asked.Task;
        await read.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
        release.SetResult();
        // One that is sent now arrives after it, if it was ever sent.
        await Client(TokenSources.Static("other"), allow: true).UnaryAsync(new ProbeRequest());
        Assert.Equal(["Bearer other"], _received);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 13")]
    public async Task One_that_is_cancelled_by_its_write_too(CallKind kind)
    {
        var asked = new TaskCompletionSource();
        var tokens = TokenSources.Delegate(async (_, cancellationToken) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new AccessToken("ours");
        });
        var client = Client(tokens, allow: true);
        using var write = new CancellationTokenSource();
        var requests = kind == CallKind.Duplex ? client.Duplex().RequestStream : client.ClientStream().RequestStream;

        var writing = requests.WriteAsync(new ProbeRequest(), write.Token);
        await asked.Task;
        await write.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => writing)).StatusCode);
        Assert.Empty(_received);
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Where_it_is_allowed_the_token_arrives(CallKind kind, CallEnd end)
    {
        var seen = await new CallDriver(Client(new StubTokenSource(), allow: true)).RunAsync(kind, end, Running);

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["Bearer token-1"], _received);
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Also_if_the_call_must_wait_for_it(CallKind kind, CallEnd end)
    {
        var tokens = new StubTokenSource { Delay = static token => Task.Delay(20, token) };

        var seen = await new CallDriver(Client(tokens, allow: true)).RunAsync(kind, end, Running);

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["Bearer token-1"], _received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, false)]
    [InlineData(CallKind.BlockingUnary, true)]
    [InlineData(CallKind.Unary, false)]
    [InlineData(CallKind.Unary, true)]
    public async Task A_refused_unary_call_is_sent_once_more_with_a_fresh_token(CallKind kind, bool slow)
    {
        var tokens = new StubTokenSource { Delay = slow ? static token => Task.Delay(20, token) : null };
        var note = _server.Observer.OnCall;
        _server.Observer.OnCall = async context =>
        {
            await note(context);
            if (context.RequestHeaders.GetValue("authorization") == "Bearer token-1")
                throw new RpcException(new Status(StatusCode.Unauthenticated, ""));
        };

        Assert.Equal(StatusCode.OK, await new CallDriver(Client(tokens, allow: true)).RunAsync(kind, CallEnd.Success, Running));

        Assert.Equal(["Bearer token-1", "Bearer token-2"], _received);
        Assert.Equal(["token-1"], tokens.Invalidated);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_source_that_hangs_does_not_outlive_the_deadline(CallKind kind)
    {
        var tokens = new StubTokenSource { Delay = static _ => Task.Delay(Timeout.Infinite, CancellationToken.None) };

        Assert.Equal(
            StatusCode.DeadlineExceeded, await new CallDriver(Client(tokens, allow: true)).RunAsync(kind, CallEnd.Deadline, Running));

        Assert.Empty(_received);
    }

    [Fact]
    public async Task A_call_that_is_disposed_while_it_waits_is_cancelled_and_never_sent()
    {
        var tokens = new StubTokenSource { Delay = static token => Task.Delay(Timeout.Infinite, token) };
        var call = Client(tokens, allow: true).UnaryAsync(new ProbeRequest());

        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Without_a_token_the_call_fails_and_is_not_sent(CallKind kind)
    {
        var failing = TokenSources.Delegate((_, _) => throw new TokenUnavailableException("the vault is sealed"));

        Assert.Equal(
            StatusCode.Unauthenticated, await new CallDriver(Client(failing, allow: true)).RunAsync(kind, CallEnd.Success, Running));

        Assert.Empty(_received);
    }

    [Fact]
    public async Task The_callers_metadata_is_left_as_it_was()
    {
        var headers = new Metadata { { "x-own", "mine" } };

        await Client(TokenSources.Static("ours"), allow: true).UnaryAsync(new ProbeRequest(), headers);

        Assert.Equal("x-own", Assert.Single(headers).Key);
    }

    private Task Running() => Eventually.True(() => _server.Observer.Running > 0, "the handler runs");

    private Probe.ProbeClient Client(ITokenSource tokens, bool allow, ChannelDescription? channel = null)
    {
        var interceptor = new FallbackTokenInterceptor(
            tokens, Options.Create(new FallbackTokenOptions { AllowPlainText = allow }), channel: channel);
        return _server.Client(channel => channel.Intercept(interceptor));
    }
}
