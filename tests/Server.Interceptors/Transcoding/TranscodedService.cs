using Grpc.Core;

namespace Interceptors.Server.Tests;

/// <summary>Says the text again; fails where the text names a status.</summary>
public sealed class TranscodedService : Transcoded.TranscodedBase
{
    public override Task<SayResponse> Say(SayRequest request, ServerCallContext context) => Get(request, context);

    public override Task<SayResponse> Get(SayRequest request, ServerCallContext context) =>
        Enum.TryParse<StatusCode>(request.Text, out var code)
            ? throw new RpcException(new Status(code, "as asked for"))
            : Task.FromResult(new SayResponse { Text = request.Text });

    public override async Task List(SayRequest request, IServerStreamWriter<SayResponse> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.N; i++)
            await responseStream.WriteAsync(new SayResponse { Text = $"{request.Text} {i}" });
    }
}
