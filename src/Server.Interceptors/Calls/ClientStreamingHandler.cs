using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A client-streaming handler and its request stream.</summary>
internal readonly struct ClientStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, ClientStreamingServerMethod<TRequest, TResponse> method) : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(call.Watched(requests), call.HandlerContext);

    public static TResponse ResultOf(Task handling) => Unsafe.As<Task<TResponse>>(handling).Result;

    public static bool LacksResponse(Task handling) => ResultOf(handling) is null;

    public static object? ResponseOf(Task handling) => ResultOf(handling);
}
