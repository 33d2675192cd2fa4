using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Interceptors.Server.Tests;

/// <summary>A stream need not outlive its token.</summary>
public sealed class TokenExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ProbeServer _server = null!;
    private bool _ends = true;
    private TimeSpan? _lifetime = TimeSpan.FromMinutes(5);
    private int _cacheSize;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.ClientStreaming, 0)]
    [InlineData(CallKind.ServerStreaming, 0)]
    [InlineData(CallKind.Duplex, 0)]
    [InlineData(CallKind.ServerStreaming, 100)]
    [Trait("case", "interceptors 31")]
    public async Task It_ends_with_Unauthenticated_when_its_token_does(CallKind kind, int cacheSize)
    {
        _cacheSize = cacheSize;
        await StartAsync();
        if (cacheSize > 0)
            await _server.ClientWith(Tokens.Good).UnaryAsync(new ProbeRequest());
        _server.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        var call = TwoHops.CallAsync(_server.ClientWith(Tokens.Good), kind);
        await Running();

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal((StatusCode.Unauthenticated, "The access token has expired."), (error.StatusCode, error.Status.Detail));
        await Eventually.True(() => _server.Observer.Running == 0, "the handler ends");
        await Eventually.True(() => Status() is not null, "the call is logged");
        Assert.Equal(StatusCode.Unauthenticated, Status());
    }

    [Fact]
    [Trait("case", "interceptors 31")]
    public async Task A_handler_that_waits_for_requests_is_woken_and_one_that_writes_fails()
    {
        await StartAsync();
        using var reading = _server.ClientWith(Tokens.Good).Duplex();
        await reading.RequestStream.WriteAsync(new ProbeRequest { Responses = 1 });
        Assert.True(await reading.ResponseStream.MoveNext(default));
        using var writing = _server.ClientWith(Tokens.Good).ServerStream(new ProbeRequest { Responses = int.MaxValue });
        Assert.True(await writing.ResponseStream.MoveNext(default));

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(StatusCode.Unauthenticated, await EndAsync(reading.ResponseStream));
        Assert.Equal(StatusCode.Unauthenticated, await EndAsync(writing.ResponseStream));
        await Eventually.True(() => _server.Observer.Running == 0, "the handlers end");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [Trait("case", "interceptors 31")]
    public async Task Without_the_option_or_an_end_of_the_token_it_goes_on(bool ends, bool expires)
    {
        (_ends, _lifetime) = (ends, expires ? _lifetime : null);
        await StartAsync();
        using var call = _server.ClientWith(Tokens.Good).Duplex();
        await call.RequestStream.WriteAsync(new ProbeRequest { Responses = 1 });
        Assert.True(await call.ResponseStream.MoveNext(default));

        _time.Advance(TimeSpan.FromDays(1));
        await call.RequestStream.WriteAsync(new ProbeRequest { Responses = 1 });

        Assert.True(await call.ResponseStream.MoveNext(default));
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    [Trait("case", "interceptors 31")]
    public async Task A_unary_call_is_left_to_end()
    {
        await StartAsync();
        var release = new TaskCompletionSource();
        _server.Observer.OnCall = _ => release.Task;
        var call = _server.ClientWith(Tokens.Good).UnaryAsync(new ProbeRequest());
        await Running();

        _time.Advance(TimeSpan.FromMinutes(5));
        release.SetResult();

        await call;
    }

    [Fact]
    [Trait("case", "interceptors 31")]
    public async Task The_caller_that_cancels_first_is_still_the_one_who_ended_it()
    {
        await StartAsync();
        _server.Observer.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var call = _server.ClientWith(Tokens.Good).Duplex();
        await Running();

        call.Dispose();
        await Eventually.True(() => Status() is not null, "the call is logged");

        Assert.Equal(StatusCode.Cancelled, Status());
    }

    private async Task StartAsync() => _server = await ProbeServer.StartAsync(services =>
    {
        services.AddSingleton<TimeProvider>(_time);
        services.AddServerInterceptors().AddStandard().AddTokenAuthentication(
            TokenVerifiers.Delegate((_, _, _) => new(
                TokenVerification.Accept(Tokens.User("alice"), _lifetime is { } lifetime ? _time.GetUtcNow() + lifetime : null))),
            options => (options.EndStreamsAtExpiry, options.CacheSize, options.CacheDuration) = (_ends, _cacheSize, TimeSpan.FromHours(1)));
    });

    private Task Running() => Eventually.True(() => _server.Observer.Running == 1, "the handler runs");

    private object? Status() => _server.Logs.Named("CallEnded").LastOrDefault(
        static line => line.Fields["Kind"] is not MethodType.Unary)?.Fields["Status"];

    private static async Task<StatusCode> EndAsync(IAsyncStreamReader<ProbeResponse> responses) =>
        (await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await responses.MoveNext(default))
            {
            }
        })).StatusCode;
}
