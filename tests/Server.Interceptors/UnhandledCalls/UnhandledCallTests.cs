using System.Diagnostics.Metrics;
using System.Net;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class UnhandledCallTests : IAsyncLifetime
{
    private readonly MeterCapture _meters = new(ServerTimingInterceptor.MeterName);
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _meters.Dispose();
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task A_call_that_runs_its_handler_is_still_reported_once_with_its_scope(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        var line = await ReportAsync("CallEnded", seen);
        // The host logs the same id, so there is no second scope.
        Assert.Equal(line.Scope["TraceId"], line.Fields["TraceId"]);
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_reported_with_its_name_in_the_log_but_not_in_the_metric()
    {
        var method = new Method<string, string>(
            MethodType.Unary, "pkg.Nobody", "Nothing", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "x"));

        var line = await ReportAsync("UnhandledCallEnded", StatusCode.Unimplemented);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal("/pkg.Nobody/Nothing", line.Fields["Method"]);
        Assert.StartsWith("ipv4:127.0.0.1:", (string)line.Fields["Peer"]!, StringComparison.Ordinal);
        var tags = Assert.Single(_meters.Of("rpc.server.call.duration")).Tags;
        Assert.Equal("_OTHER", tags["rpc.method"]);
        Assert.Equal("UNIMPLEMENTED", tags["error.type"]);
    }

    [Theory]
    [InlineData(CallKind.Unary, StatusCode.ResourceExhausted)]
    [InlineData(CallKind.ClientStreaming, StatusCode.ResourceExhausted)]
    [InlineData(CallKind.ServerStreaming, StatusCode.ResourceExhausted)]
    [InlineData(CallKind.Duplex, StatusCode.ResourceExhausted)]
    public async Task A_response_that_cannot_be_sent_is_reported_once_as_the_failure_that_it_is(CallKind kind, StatusCode status)
    {
        await using var server = await StartAsync(services => services.AddGrpc(options => options.MaxSendMessageSize = 1));

        var seen = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(status, seen);
        var line = await ReportAsync("CallEnded", status, server);
        Assert.True(line.Scope.ContainsKey("TraceId"));
    }

    [Theory]
    [InlineData("Unary")]
    [InlineData("ServerStream")]
    public async Task A_caller_that_goes_away_while_it_sends_is_reported_as_cancelled(string method)
    {
        using var cancellation = new CancellationTokenSource();
        var body = new EndlessContent();
        var sending = new RawRequest("endless") { Path = "/interceptors.testing.Probe/" + method, Content = body }.SendAsync(
            _server, cancellation.Token);
        await body.Started;
        await Eventually.True(() => _server.Logs.Lines.Any(line => line.Event.Name == "ReadingMessage"), "the server reads");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Equal(LogLevel.Information, (await ReportAsync("UnhandledCallEnded", StatusCode.Cancelled)).Level);
    }

    [Theory]
    [InlineData("Unary")]
    [InlineData("ServerStream")]
    public async Task A_deadline_that_passes_before_the_request_has_come_is_reported_as_such(string method)
    {
        var request = new RawRequest("endless")
        {
            Path = "/interceptors.testing.Probe/" + method,
            Content = new EndlessContent(),
            Headers = [("grpc-timeout", "200m")],
        };

        try
        {
            await request.SendAsync(_server);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The server gives the stream up in the middle of the request.
        }

        Assert.Equal(LogLevel.Information, (await ReportAsync("UnhandledCallEnded", StatusCode.DeadlineExceeded)).Level);
    }

    [Fact]
    public async Task Requests_that_are_none_of_grpcs_are_not_reported()
    {
        await new RawRequest("page") { HttpMethod = "GET", Path = "/", ContentType = null }.SendAsync(_server);
        await new RawRequest("form") { Path = "/", ContentType = "application/x-www-form-urlencoded" }.SendAsync(_server);
        await _server.Client().UnaryAsync(new ProbeRequest());

        await ReportAsync("CallEnded", StatusCode.OK);
    }

    [Fact]
    public async Task Registered_twice_it_reports_once()
    {
        await using var server = await StartAsync(services => services.AddServerInterceptors().AddUnhandledCalls());

        await new RawRequest("nothing") { Body = [] }.SendAsync(server);

        await ReportAsync("UnhandledCallEnded", StatusCode.Internal, server);
    }

    private Task<ProbeServer> StartAsync(Action<IServiceCollection>? configure = null) => ProbeServer.StartAsync(services =>
    {
        services.AddSingleton<IMeterFactory>(_meters);
        services.AddServerInterceptors().AddStandard().AddUnhandledCalls();
        configure?.Invoke(services);
    });

    /// <summary>The only report, once it is there.</summary>
    private async Task<LogLine> ReportAsync(string eventName, StatusCode status, ProbeServer? server = null)
    {
        var logs = (server ?? _server).Logs;
        await Eventually.True(() => Reports().Count > 0, "the call is logged");
        var line = Assert.Single(Reports());
        Assert.Equal(eventName, line.Event.Name);
        Assert.Equal(status, line.Fields["Status"]);
        Assert.Single(_meters.Of("rpc.server.call.duration"));
        return line;

        IReadOnlyList<LogLine> Reports() => [.. logs.Named("CallEnded"), .. logs.Named("UnhandledCallEnded")];
    }

    /// <summary>The first bytes of a message, and never the rest.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource _started = new();

        public Task Started => _started.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
