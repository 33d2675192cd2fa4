using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class RecoveryInterceptorTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTraceMetadata().AddRecovery());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_end_has_its_clean_status(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
        await Eventually.True(() => _server.Observer.Running == 0, "the handler ends");
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task An_exception_is_logged_once_in_full_and_nothing_of_it_leaves_the_server(CallKind kind)
    {
        await new CallDriver(_server.Client()).RunAsync(kind, CallEnd.Exception, () => Task.CompletedTask);

        var line = Assert.Single(_server.Logs.Named("HandlerFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(ProbeService.Secret, line.Exception!.Message, StringComparison.Ordinal);
        Assert.NotNull(line.Fields["TraceId"]);
        Assert.DoesNotContain(_server.Logs.Lines, other => other != line && other.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task The_caller_gets_a_fixed_text_with_the_trace_id()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Client().UnaryAsync(
            new ProbeRequest { Ending = Ending.ThrowException }, new Metadata { { "x-trace-id", "t-9" } }));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.Equal("The server failed to handle the call. Trace id: t-9", error.Status.Detail);
        Assert.DoesNotContain(
            error.Trailers, entry => !entry.IsBinary && entry.Value.Contains(ProbeService.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_RpcException_passes_with_its_trailers_and_is_not_logged_as_a_failure()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }));

        Assert.Equal("no such thing", error.Status.Detail);
        Assert.Equal("kept", error.Trailers.GetValue(ProbeService.TrailerKey));
        Assert.Empty(_server.Logs.Named("HandlerFailed"));
    }

    [Fact]
    public async Task After_messages_were_streamed_the_status_still_arrives()
    {
        using var call = _server.Client().ServerStream(new ProbeRequest { Responses = 3, Ending = Ending.ThrowException });
        for (var i = 0; i < 3; i++)
            Assert.True(await call.ResponseStream.MoveNext(default));

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.StartsWith("The server failed to handle the call.", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_within_the_server_is_Cancelled_and_no_failure()
    {
        _server.Observer.OnCall = _ => Task.FromCanceled(new CancellationToken(canceled: true));

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Client().UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Empty(_server.Logs.Named("HandlerFailed"));
    }

    [Fact]
    public async Task A_status_that_the_handler_set_without_throwing_passes()
    {
        _server.Observer.OnCall = context =>
        {
            context.Status = new Status(StatusCode.ResourceExhausted, "enough");
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Client().UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal("enough", error.Status.Detail);
        Assert.DoesNotContain(_server.Logs.Lines, line => line.Category == typeof(RecoveryInterceptor).FullName);
    }

    [Fact]
    public async Task What_a_handler_throws_after_its_caller_has_gone_is_no_failure()
    {
        using var cancellation = new CancellationTokenSource();
        _server.Observer.OnCall = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new KeyNotFoundException();
        };
        var call = _server.Client().UnaryAsync(new ProbeRequest(), cancellationToken: cancellation.Token);
        await Eventually.True(() => _server.Observer.Running > 0, "the handler runs");

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        await Eventually.True(() => _server.Logs.Named("HandlerCancelled").Count > 0, "the end is logged");
        Assert.Equal(LogLevel.Information, Assert.Single(_server.Logs.Named("HandlerCancelled")).Level);
        Assert.Empty(_server.Logs.Named("CallRefused"));
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task It_works_alone_as_a_plain_interceptor(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;
        await using var plain = await PlainAsync();

        var seen = await new CallDriver(plain.Client()).RunAsync(
            kind, end, () => Eventually.True(() => plain.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
        await Eventually.True(() => plain.Observer.Running == 0, "the handler ends");
    }

    [Fact]
    public async Task Alone_it_shows_no_exception_either()
    {
        await using var plain = await PlainAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await plain.Client().UnaryAsync(new ProbeRequest { Ending = Ending.ThrowException }));

        Assert.StartsWith("The server failed to handle the call.", error.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(ProbeService.Secret, error.ToString(), StringComparison.Ordinal);
    }

    private static Task<ProbeServer> PlainAsync() =>
        ProbeServer.StartAsync(services => services.AddGrpc(options => options.Interceptors.Add<RecoveryInterceptor>()));
}
