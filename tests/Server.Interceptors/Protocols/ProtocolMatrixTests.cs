using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>Every interceptor does its work for every protocol and each kind of call that the protocol has.</summary>
public sealed class ProtocolMatrixTests
{
    public static TheoryData<Protocol, CallKind> Calls { get; } = Matrix(
        CallKind.Unary, CallKind.ClientStreaming, CallKind.ServerStreaming, CallKind.Duplex);

    public static TheoryData<Protocol, CallKind> Streams { get; } = Matrix(CallKind.ServerStreaming, CallKind.Duplex);

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("case", "interceptors 8")]
    public async Task Trace_timing_and_compression(Protocol protocol, CallKind kind)
    {
        await using var server = await ProtocolServer.StartAsync(protocol);
        string? seen = null;
        server.Handler.OnCall = _ =>
        {
            seen = IncomingCall.Current?.TraceId;
            return Task.CompletedTask;
        };
        // Large enough to be compressed where the protocol does so.
        var text = new string('x', 3000);

        var answer = await server.CallAsync(kind, text);

        Assert.Equal((StatusCode.OK, text), (answer.Status, answer.Text));
        Assert.Equal("t-matrix", seen);
        await ReportedAsync(server, StatusCode.OK, LogLevel.Information);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("case", "interceptors 9")]
    public async Task Recovery(Protocol protocol, CallKind kind)
    {
        await using var server = await ProtocolServer.StartAsync(protocol);
        server.Handler.OnCall = static _ => throw new InvalidOperationException("the password is hunter2");

        var answer = await server.CallAsync(kind, "a");

        Assert.Equal(StatusCode.Internal, answer.Status);
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
        await ReportedAsync(server, StatusCode.Internal, LogLevel.Error);
        Assert.Single(server.Logs.Named("HandlerFailed"));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Authentication(Protocol protocol, CallKind kind)
    {
        await using var server = await ProtocolServer.StartAsync(protocol);
        var ran = 0;
        string? user = null;
        server.Handler.OnCall = context =>
        {
            ran++;
            user = context.GetUser().Identity?.Name;
            return Task.CompletedTask;
        };

        Assert.Equal(StatusCode.Unauthenticated, (await server.CallAsync(kind, "a", token: null)).Status);
        Assert.Equal(StatusCode.Unauthenticated, (await server.CallAsync(kind, "a", "another")).Status);
        Assert.Equal(0, ran);
        Assert.Equal(StatusCode.OK, (await server.CallAsync(kind, "a")).Status);
        Assert.Equal((1, "alice"), (ran, user));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Limits(Protocol protocol, CallKind kind)
    {
        await using var server = await ProtocolServer.StartAsync(protocol);
        var release = new TaskCompletionSource();
        server.Handler.OnCall = _ => release.Task;
        var first = server.CallAsync(kind, "a");
        await Eventually.True(() => server.Handler.Running == 1, "the handler runs");

        Assert.Equal(StatusCode.ResourceExhausted, (await server.CallAsync(kind, "a")).Status);
        release.SetResult();

        Assert.Equal(StatusCode.OK, (await first).Status);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 2, "both calls are logged");
        Assert.Equal(StatusCode.OK, (await server.CallAsync(kind, "a")).Status);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Shutdown_of_streams(Protocol protocol, CallKind kind)
    {
        await using var server = await ProtocolServer.StartAsync(protocol);
        server.Handler.OnCall = static context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        var call = server.CallAsync(kind, "a");
        await Eventually.True(() => server.Handler.Running == 1, "the handler runs");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(StatusCode.Unavailable, (await call).Status);
        await ReportedAsync(server, StatusCode.Unavailable, LogLevel.Warning);
    }

    private static async Task ReportedAsync(ProtocolServer server, StatusCode status, LogLevel level)
    {
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(server.Logs.Named("CallEnded"));
        Assert.Equal((status, level, "t-matrix"), (line.Fields["Status"], line.Level, line.Fields["TraceId"]));
        Assert.Empty(server.Logs.Named("UnhandledCallEnded"));
    }

    /// <summary>gRPC-Web over HTTP/1.1 and JSON have no streams of requests.</summary>
    private static TheoryData<Protocol, CallKind> Matrix(params CallKind[] kinds)
    {
        var matrix = new TheoryData<Protocol, CallKind>();
        foreach (var protocol in Enum.GetValues<Protocol>())
        {
            foreach (var kind in kinds)
            {
                if (protocol is not (Protocol.GrpcWeb or Protocol.JsonTranscoding) || kind is CallKind.Unary or CallKind.ServerStreaming)
                    matrix.Add(protocol, kind);
            }
        }
        return matrix;
    }
}
