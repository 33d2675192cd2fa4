using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class MessageCountTests
{
    [Fact]
    [Trait("case", "interceptors 32")]
    public async Task What_the_transport_refuses_is_not_counted()
    {
        await using var server = await ProbeServer.StartAsync(static services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddGrpc(static options => options.Interceptors.Add<ThreeAtOnce>());
        });

        using var call = server.Client().ServerStream(new ProbeRequest());
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.False(await call.ResponseStream.MoveNext(default));

        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(1, server.Logs.Named("CallEnded").Single().Fields["Sent"]);
    }

    /// <summary>Stands inside of the kit's interceptors, and writes as a handler that forgets to wait.</summary>
    private sealed class ThreeAtOnce : Interceptor
    {
        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            // Larger than what the client takes unread, so that the first is still being written.
            var large = (TResponse)(object)new ProbeResponse { Text = new string('x', 3_000_000) };
            var writes = Enumerable.Range(0, 3).Select(_ => responseStream.WriteAsync(large)).ToList();
            await writes[0];
            await Assert.ThrowsAsync<InvalidOperationException>(() => writes[1]);
            await Assert.ThrowsAsync<InvalidOperationException>(() => writes[2]);
        }
    }
}
