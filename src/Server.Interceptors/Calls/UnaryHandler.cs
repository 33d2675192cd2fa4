using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A unary handler and its request.</summary>
internal readonly struct UnaryHandler<TRequest, TResponse>(TRequest request, UnaryServerMethod<TRequest, TResponse> method)
    : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(request, call.HandlerContext);

    public static TResponse ResultOf(Task handling) => Unsafe.As<Task<TResponse>>(handling).Result;

    public static bool LacksResponse(Task handling) => ResultOf(handling) is null;

    public static object? ResponseOf(Task handling) => ResultOf(handling);
}
