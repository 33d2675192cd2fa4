using Grpc.Core;
using Interceptors.Benchmarks.Protocol;

namespace Interceptors.Benchmarks.Serving;

/// <summary>Does as little as a handler can.</summary>
internal class BenchService : Bench.BenchBase
{
    public override Task<Payload> Echo(Payload request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Download(DownloadRequest request, IServerStreamWriter<Payload> responseStream, ServerCallContext context)
    {
        var message = new Payload { Data = request.Data };
        for (var i = 0; i < request.Messages; i++)
            await responseStream.WriteAsync(message);
    }

    public override async Task<WaitResponse> Wait(WaitRequest request, ServerCallContext context)
    {
        var address = context.GetHttpContext().Connection.LocalIpAddress!.ToString();
        var isOdd = address == request.OddAddress;
        await Task.Delay(isOdd ? request.OddMilliseconds : request.Milliseconds);
        return isOdd && request.OddFails
            ? throw new RpcException(new Status(StatusCode.Internal, "This server fails every call."))
            : new WaitResponse { Address = address };
    }
}

/// <summary>Sends the trace id back as the standard stack does, with code of its own in each handler.</summary>
internal sealed class HeadersByHandService : BenchService
{
    public const string Key = "x-trace-id";

    public override Task<Payload> Echo(Payload request, ServerCallContext context)
    {
        SendBack(context);
        return base.Echo(request, context);
    }

    public override Task Download(DownloadRequest request, IServerStreamWriter<Payload> responseStream, ServerCallContext context)
    {
        SendBack(context);
        return base.Download(request, responseStream, context);
    }

    private static void SendBack(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        http.Response.Headers[Key] = http.Request.Headers[Key];
    }
}
