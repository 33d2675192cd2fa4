using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class ServerTimingInterceptorTests : IAsyncLifetime
{
    private readonly MeterCapture _meters = new(ServerTimingInterceptor.MeterName);
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton<IMeterFactory>(_meters);
            services.AddServerInterceptors().AddStandard();
        });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _meters.Dispose();
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_is_logged_and_measured_once_with_the_status_that_its_caller_saw(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(_server.Logs.Named("CallEnded"));
        Assert.Equal(seen, line.Fields["Status"]);
        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
        Assert.StartsWith("/interceptors.testing.Probe/", (string)line.Fields["Method"]!, StringComparison.Ordinal);
        Assert.StartsWith("ipv4:127.0.0.1:", (string)line.Fields["Peer"]!, StringComparison.Ordinal);
        // The host logs the same id, so there is no second scope.
        Assert.Equal(line.Scope["TraceId"], line.Fields["TraceId"]);
        Assert.Equal(end is CallEnd.Deadline or CallEnd.AbandonedThenDeadline, line.Fields["Deadline"] is not null);
        var measured = Assert.Single(_meters.Of("rpc.server.call.duration"));
        Assert.InRange(measured.Value, 0.000001, 60);
    }

    [Theory]
    [InlineData("interceptors.testing.Probe", "Unary")]
    [InlineData("INTERCEPTORS.testing.probe", "uNARY")]
    [InlineData("interceptors.testing.Probe", "Unary/")]
    public async Task A_method_has_one_name_however_its_caller_writes_it(string service, string method)
    {
        var marshaller = Marshallers.Create(
            (ProbeRequest request) => Google.Protobuf.MessageExtensions.ToByteArray(request), ProbeRequest.Parser.ParseFrom);
        var responses = Marshallers.Create(
            (ProbeResponse response) => Google.Protobuf.MessageExtensions.ToByteArray(response), ProbeResponse.Parser.ParseFrom);

        await _server.Channel.CreateCallInvoker().AsyncUnaryCall(
            new Method<ProbeRequest, ProbeResponse>(MethodType.Unary, service, method, marshaller, responses), null, default,
                new ProbeRequest());

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal("/interceptors.testing.Probe/Unary", Assert.Single(_server.Logs.Named("CallEnded")).Fields["Method"]);
        Assert.Equal("interceptors.testing.Probe/Unary", Assert.Single(_meters.Of("rpc.server.call.duration")).Tags["rpc.method"]);
    }

    [Theory]
    [InlineData(CallEnd.Success, LogLevel.Information, "OK", null)]
    [InlineData(CallEnd.Error, LogLevel.Information, "NOT_FOUND", null)]
    [InlineData(CallEnd.Exception, LogLevel.Error, "INTERNAL", "INTERNAL")]
    [InlineData(CallEnd.Deadline, LogLevel.Warning, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")]
    [InlineData(CallEnd.Cancellation, LogLevel.Information, "CANCELLED", null)]
    public async Task Level_and_tags_follow_the_status(CallEnd end, LogLevel level, string status, string? errorType)
    {
        await new CallDriver(_server.Client()).RunAsync(
            CallKind.Unary, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(level, Assert.Single(_server.Logs.Named("CallEnded")).Level);
        var tags = Assert.Single(_meters.Of("rpc.server.call.duration")).Tags;
        Assert.Equal("grpc", tags["rpc.system.name"]);
        Assert.Equal("interceptors.testing.Probe/Unary", tags["rpc.method"]);
        Assert.Equal(status, tags["rpc.status_code"]);
        Assert.Equal(errorType, tags.GetValueOrDefault("error.type"));
    }

    [Theory]
    [InlineData(CallKind.Unary, CallEnd.Success, 1, 1)]
    [InlineData(CallKind.Unary, CallEnd.Error, 1, 0)]
    [InlineData(CallKind.ClientStreaming, CallEnd.Success, 1, 1)]
    [InlineData(CallKind.ClientStreaming, CallEnd.Error, 1, 0)]
    [InlineData(CallKind.ServerStreaming, CallEnd.Success, 1, 2)]
    [InlineData(CallKind.ServerStreaming, CallEnd.Exception, 1, 2)]
    [InlineData(CallKind.Duplex, CallEnd.Success, 1, 2)]
    [InlineData(CallKind.Duplex, CallEnd.Cancellation, 1, 2)]
    public async Task Messages_are_counted(CallKind kind, CallEnd end, int received, int sent)
    {
        await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(_server.Logs.Named("CallEnded"));
        Assert.Equal((received, sent), ((int)line.Fields["Received"]!, (int)line.Fields["Sent"]!));
    }

    [Fact]
    public async Task A_status_that_the_handler_set_without_throwing_is_logged_and_measured()
    {
        _server.Observer.OnCall = context =>
        {
            context.Status = new Status(StatusCode.DataLoss, "half of it");
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<RpcException>(() => _server.Client().UnaryAsync(new ProbeRequest()).ResponseAsync);

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(_server.Logs.Named("CallEnded"));
        Assert.Equal((LogLevel.Error, StatusCode.DataLoss, "half of it"), (line.Level, line.Fields["Status"], line.Fields["Detail"]));
        Assert.Equal("DATA_LOSS", Assert.Single(_meters.Of("rpc.server.call.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_of_its_requests_is_Cancelled()
    {
        using (var call = _server.Client().ClientStream())
        {
            await call.RequestStream.WriteAsync(new ProbeRequest());
            await call.RequestStream.WriteAsync(new ProbeRequest());
            await Eventually.True(() => _server.Observer.Running > 0, "the handler runs");
        }

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(StatusCode.Cancelled, Assert.Single(_server.Logs.Named("CallEnded")).Fields["Status"]);
        Assert.Equal("CANCELLED", Assert.Single(_meters.Of("rpc.server.call.duration")).Tags["rpc.status_code"]);
    }

    [Fact]
    public async Task Streams_of_a_call_that_nobody_logs_are_the_handlers_own()
    {
        var streams = new StreamTypes();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            services.AddServerInterceptors().AddStandard();
            services.AddSingleton(streams).AddGrpc(options => options.Interceptors.Add<StreamTypes>());
        });

        await new CallDriver(server.Client()).RunAsync(CallKind.Duplex, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(["Grpc.AspNetCore.Server", "Grpc.AspNetCore.Server"], streams.Assemblies);
        Assert.Empty(server.Logs.Lines);
    }

    private sealed class StreamTypes : Interceptor
    {
        public IReadOnlyList<string?> Assemblies { get; private set; } = [];

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Assemblies = [requestStream.GetType().Assembly.GetName().Name, responseStream.GetType().Assembly.GetName().Name];
            return continuation(requestStream, responseStream, context);
        }
    }
}
