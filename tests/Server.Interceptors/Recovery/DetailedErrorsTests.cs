using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>gRPC's own EnableDetailedErrors beside recovery.</summary>
public sealed class DetailedErrorsTests
{
    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 20")]
    public async Task With_it_the_caller_reads_type_and_message(CallKind kind)
    {
        await using var server = await StartAsync(enabled: true);
        server.Observer.OnCall = static _ => throw new InvalidOperationException("outer\n", new IOException("inner"));

        var error = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(server.Client(), kind));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.EndsWith(" InvalidOperationException: outer\n IOException: inner", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "interceptors 20")]
    public async Task Without_it_the_caller_reads_nothing_of_the_exception()
    {
        await using var server = await StartAsync(enabled: false);
        server.Observer.OnCall = static _ => throw new InvalidOperationException("outer");

        var error = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(server.Client(), CallKind.Unary));

        Assert.DoesNotContain("outer", error.ToString(), StringComparison.Ordinal);
    }

    private static Task<ProbeServer> StartAsync(bool enabled) => ProbeServer.StartAsync(services =>
    {
        services.AddServerInterceptors().AddStandard();
        services.AddGrpc(options => options.EnableDetailedErrors = enabled);
    });
}
