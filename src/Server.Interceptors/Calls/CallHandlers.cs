using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>One of the four kinds of handler with its arguments, so that the flow around them is written once.</summary>
/// <typeparam name="TResult">The response, or <see cref="Nothing"/>.</typeparam>
internal interface ICallHandler<TResult>
{
    Task InvokeAsync(ServerCall call);

    /// <summary>The result of a handler that has succeeded.</summary>
    static abstract TResult ResultOf(Task handling);

    /// <summary>The response that such a handler has returned; null if it streamed its responses.</summary>
    static abstract object? ResponseOf(Task handling);
}

internal readonly struct UnaryHandler<TRequest, TResponse>(TRequest request, UnaryServerMethod<TRequest, TResponse> method)
    : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(request, call.Context);

    public static TResponse ResultOf(Task handling) => Unsafe.As<Task<TResponse>>(handling).Result;

    public static object? ResponseOf(Task handling) => ResultOf(handling);
}

internal readonly struct ClientStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, ClientStreamingServerMethod<TRequest, TResponse> method) : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(call.Watched(requests), call.Context);

    public static TResponse ResultOf(Task handling) => Unsafe.As<Task<TResponse>>(handling).Result;

    public static object? ResponseOf(Task handling) => ResultOf(handling);
}

/// <summary>What a handler that streams its responses returns: nothing.</summary>
internal readonly struct Nothing;

internal readonly struct ServerStreamingHandler<TRequest, TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responses, ServerStreamingServerMethod<TRequest, TResponse> method) : ICallHandler<Nothing>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(request, call.Watched(responses), call.Context);

    public static Nothing ResultOf(Task handling) => default;

    public static object? ResponseOf(Task handling) => null;
}

internal readonly struct DuplexStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, DuplexStreamingServerMethod<TRequest, TResponse> method)
    : ICallHandler<Nothing>
    where TRequest : class
    where TResponse : class
{
    public Task InvokeAsync(ServerCall call) => method(call.Watched(requests), call.Watched(responses), call.Context);

    public static Nothing ResultOf(Task handling) => default;

    public static object? ResponseOf(Task handling) => null;
}
