using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class ServerTraceMetadataInterceptorTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTraceMetadata());
        _server.Observer.TraceId = () => IncomingCall.Current?.TraceId;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Every_handler_finds_the_incoming_call(CallKind kind)
    {
        string? seen = null;
        _server.Observer.OnCall = async _ =>
        {
            await Task.Yield();
            seen = await Task.Run(() => IncomingCall.Current?.TraceId);
        };

        await new CallDriver(_server.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Matches("^[0-9a-f]{32}$", seen);
    }

    [Fact]
    public async Task The_id_that_came_in_is_taken_and_around_every_log_line_and_not_repeated()
    {
        _server.Observer.OnCall = _ =>
        {
            _server.Services.GetRequiredService<ILogger<ServerTraceMetadataInterceptorTests>>().LogInformation("in the handler");
            return Task.CompletedTask;
        };
        var call = _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "abc-1" }, { "x-extra", "e" } });

        var response = await call;

        Assert.Equal("abc-1", response.TraceId);
        Assert.Empty((await call.ResponseHeadersAsync).GetAll("x-trace-id"));
        Assert.Equal("abc-1", _server.Logs.Lines.Single(line => line.Message == "in the handler").Scope["x-trace-id"]);
    }

    [Fact]
    public async Task A_call_that_fails_shows_its_id_too()
    {
        var call =
            _server.Client().UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }, new Metadata { { "x-trace-id", "abc-2" } });

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal("abc-2", (await call.ResponseHeadersAsync).GetValue("x-trace-id"));
    }

    [Fact]
    public async Task A_status_that_the_handler_sets_shows_its_id_too()
    {
        _server.Observer.OnCall = context =>
        {
            context.Status = new Status(StatusCode.NotFound, "none");
            return Task.CompletedTask;
        };
        var call = _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "abc-3" } });

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal("abc-3", (await call.ResponseHeadersAsync).GetValue("x-trace-id"));
    }

    [Fact]
    public async Task A_stream_that_fails_after_its_first_message_shows_its_id_in_the_trailers()
    {
        using var call = _server.Client().ServerStream(
            new ProbeRequest { Responses = 1, Ending = Ending.ThrowStatus }, new Metadata { { "x-trace-id", "abc-4" } });
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Empty((await call.ResponseHeadersAsync).GetAll("x-trace-id"));
        Assert.Equal("abc-4", Assert.Single(failure.Trailers.GetAll("x-trace-id")).Value);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("a,b")]
    [InlineData("level=error;fake")]
    public async Task An_invalid_id_is_replaced_and_logged_nowhere(string id)
    {
        var response = await _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", id } });

        Assert.Matches("^[0-9a-f]{32}$", response.TraceId);
        Assert.DoesNotContain(
            _server.Logs.Lines, line => line.Message.Contains(id, StringComparison.Ordinal) || line.Scope.Values.Contains(id));
    }

    [Fact]
    public async Task Metadata_and_deadline_of_the_call_are_published()
    {
        IncomingCall? seen = null;
        _server.Observer.OnCall = _ =>
        {
            seen = IncomingCall.Current;
            return Task.CompletedTask;
        };
        var deadline = DateTime.UtcNow.AddMinutes(1);

        await _server.Client().UnaryAsync(
            new ProbeRequest(), new Metadata { { "x-a", "1" }, { "x-a", "2" }, { "x-b-bin", [9] } }, deadline);

        Assert.Equal([9], seen!.Metadata.GetValueBytes("x-b-bin"));
        Assert.NotNull(seen.Metadata.Get("x-a"));
        Assert.InRange(seen.Deadline!.Value, deadline.AddSeconds(-5), deadline.AddSeconds(5));

        await _server.Client().UnaryAsync(new ProbeRequest());
        Assert.Null(seen.Deadline);
    }

    [Fact]
    public async Task Without_an_activity_or_logger_it_works_as_a_plain_interceptor()
    {
        await using var plain = await ProbeServer.StartAsync(services =>
            services.Configure<TraceMetadataOptions>(options => options.RepeatReceived = true)
                .AddGrpc(options => options.Interceptors.Add<ServerTraceMetadataInterceptor>()));

        var call = plain.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "plain" } });

        Assert.Equal("plain", (await call.ResponseHeadersAsync).GetValue("x-trace-id"));
    }
}
