using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>Channels with <c>ThrowOperationCanceledOnCancellation</c>: other exceptions, the same outcomes.</summary>
public sealed class OperationCanceledTests : ResilienceFixture
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 14")]
    public async Task A_passed_deadline_is_logged_as_one(CallKind kind)
    {
        using var channel = Open();
        var timing = new ClientTimingInterceptor(new Logger<ClientTimingInterceptor>(Logs.Factory()));
        var driver = new CallDriver(new Probe.ProbeClient(channel.Intercept(timing)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driver.RunAsync(kind, CallEnd.Deadline, () => Task.CompletedTask));

        Assert.Equal(StatusCode.DeadlineExceeded, Assert.Single(Logs.Named("CallEnded")).Fields["Status"]);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 14")]
    public async Task A_cancelled_call_is_logged_as_one(CallKind kind)
    {
        using var channel = Open();
        var timing = new ClientTimingInterceptor(new Logger<ClientTimingInterceptor>(Logs.Factory()));
        var driver = new CallDriver(new Probe.ProbeClient(channel.Intercept(timing)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driver.RunAsync(
            kind, CallEnd.Cancellation, () => Eventually.True(() => Server.Observer.Running > 0, "the handler runs")));

        Assert.Equal(StatusCode.Cancelled, Assert.Single(Logs.Named("CallEnded")).Fields["Status"]);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [Trait("case", "interceptors 14")]
    public async Task An_attempt_that_hangs_is_replaced(CallKind kind)
    {
        OnArrival((number, context) => number == 1 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask);
        using var channel = Open();
        var options = Retrying();
        options.AttemptTimeout = Short;

        Assert.Equal(
            StatusCode.OK, await new CallDriver(Client(channel, options)).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [Trait("case", "interceptors 14")]
    public async Task A_server_that_hangs_opens_the_circuit(CallKind kind)
    {
        OnArrival((_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken));
        using var channel = Open();
        var driver = new CallDriver(Client(channel, new ResilienceOptions
        {
            AttemptTimeout = Short,
            CircuitBreaker = new CircuitBreakerOptions { MinimumThroughput = 2 },
        }));

        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        }

        Assert.Equal(StatusCode.Unavailable, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Single(Logs.Named("CircuitOpened"));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, false)]
    [InlineData(CallKind.Unary, false)]
    [InlineData(CallKind.ServerStreaming, false)]
    [InlineData(CallKind.BlockingUnary, true)]
    [InlineData(CallKind.Unary, true)]
    [InlineData(CallKind.ServerStreaming, true)]
    [Trait("case", "interceptors 14")]
    public async Task A_call_that_is_cancelled_in_a_pause_fails_as_the_channel_says(CallKind kind, bool throwsCanceled)
    {
        FailFirst(1);
        using var channel = Open(throwsCanceled);
        var client = Client(channel, Retrying(delay: TimeSpan.FromMinutes(1)), steppedTime: true);
        using var cancellation = new CancellationTokenSource();
        var options = new CallOptions(cancellationToken: cancellation.Token);

        var call = kind switch
        {
            CallKind.BlockingUnary => Task.Run(() => { client.Unary(new ProbeRequest(), options); }, CancellationToken.None),
            CallKind.Unary => client.UnaryAsync(new ProbeRequest(), options).ResponseAsync,
            _ => client.ServerStream(new ProbeRequest(), options).ResponseStream.MoveNext(CancellationToken.None),
        };
        await Eventually.True(() => Time.Waiting.Count == 1, "the pause is waited for");
        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => call);
        if (throwsCanceled)
            Assert.IsAssignableFrom<OperationCanceledException>(exception);
        else
            Assert.Equal(StatusCode.Cancelled, Assert.IsType<RpcException>(exception).StatusCode);
        Assert.Equal(1, Arrived);
    }

    [Theory]
    [InlineData(CallKind.ServerStreaming, false)]
    [InlineData(CallKind.ServerStreaming, true)]
    [InlineData(CallKind.Duplex, false)]
    [InlineData(CallKind.Duplex, true)]
    [Trait("case", "interceptors 25")]
    public async Task A_first_read_with_a_cancelled_token_fails_as_without_resilience(CallKind kind, bool throwsCanceled)
    {
        using var channel = Open(throwsCanceled);
        var without = await ReadAsync(new Probe.ProbeClient(channel), kind);
        var options = Retrying();
        options.CircuitBreaker = new CircuitBreakerOptions();
        options.Concurrency = new ConcurrencyLimitOptions();

        var with = await ReadAsync(Client(channel, options), kind);

        Assert.Equal(without.GetType(), with.GetType());
        Assert.Equal((without as RpcException)?.StatusCode, (with as RpcException)?.StatusCode);
    }

    private static async Task<Exception> ReadAsync(Probe.ProbeClient client, CallKind kind)
    {
        using IDisposable call = kind == CallKind.ServerStreaming
            ? client.ServerStream(new ProbeRequest { Ending = Ending.Hang })
            : client.Duplex();
        var responses = call is AsyncServerStreamingCall<ProbeResponse> stream
            ? stream.ResponseStream
            : ((AsyncDuplexStreamingCall<ProbeRequest, ProbeResponse>)call).ResponseStream;
        return await Assert.ThrowsAnyAsync<Exception>(() => responses.MoveNext(new CancellationToken(canceled: true)));
    }

    private GrpcChannel Open(bool throwsCanceled = true) => GrpcChannel.ForAddress(
        Server.Address, new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = throwsCanceled });

    private Probe.ProbeClient Client(GrpcChannel channel, ResilienceOptions options, bool steppedTime = false) => new(channel.Intercept(
        new ResilienceInterceptor(Options.Create(options), new Logger<ResilienceInterceptor>(Logs.Factory()), steppedTime ? Time : null)));
}
