using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A duplex handler and its two streams.</summary>
internal readonly struct DuplexStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, DuplexStreamingServerMethod<TRequest,
        TResponse> method)
    : ICallHandler<NoResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(call.Watched(requests), call.Watched(responses), call.HandlerContext);

    public static NoResponse ResultOf(Task handling) => default;

    public static bool LacksResponse(Task handling) => false;

    public static object? ResponseOf(Task handling) => null;
}
