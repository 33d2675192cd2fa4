using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>A handler that returns null is broken; gRPC's server alone calls it a cancellation.</summary>
public sealed class NullResponseTests
{
    [Theory]
    [InlineData("Unary", false)]
    [InlineData("Unary", true)]
    [InlineData("ClientStream", false)]
    [InlineData("ClientStream", true)]
    [InlineData("no task", false)]
    [Trait("case", "interceptors 17")]
    public async Task It_is_an_error_of_the_server(string method, bool later)
    {
        await using var server = await ProbeServer.StartAsync(
            services =>
            {
                services.AddServerInterceptors().AddStandard().AddCompression();
                services.AddSingleton(new NullService(later));
            },
            static app => app.MapGrpcService<NullService>());
        var client = new Transcoded.TranscodedClient(server.Channel);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await (method switch
        {
            "Unary" => client.GetAsync(new SayRequest()).ResponseAsync,
            "no task" => client.GetAsync(new SayRequest { N = 1 }).ResponseAsync,
            _ => client.Gather().ResponseAsync,
        }));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.StartsWith("The server failed to handle the call.", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Error, Assert.Single(server.Logs.Named("HandlerFailed")).Level);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(StatusCode.Internal, Assert.Single(server.Logs.Named("CallEnded")).Fields["Status"]);
    }

    private sealed class NullService(bool later) : Transcoded.TranscodedBase
    {
        public override Task<SayResponse> Gather(IAsyncStreamReader<SayRequest> requestStream, ServerCallContext context) => Nothing();

        public override Task<SayResponse> Get(SayRequest request, ServerCallContext context) => request.N == 1 ? null! : Nothing();

        private async Task<SayResponse> Nothing()
        {
            if (later)
                await Task.Yield();
            return null!;
        }
    }
}
