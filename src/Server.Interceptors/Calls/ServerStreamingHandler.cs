using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A server-streaming handler, its request and its response stream.</summary>
internal readonly struct ServerStreamingHandler<TRequest, TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responses, ServerStreamingServerMethod<TRequest, TResponse> method)
        : ICallHandler<NoResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(request, call.Watched(responses), call.HandlerContext);

    public static NoResponse ResultOf(Task handling) => default;

    public static bool LacksResponse(Task handling) => false;

    public static object? ResponseOf(Task handling) => null;
}
