using Grpc.Core;

namespace Interceptors.Server;

/// <summary>One of the four kinds of handler with its arguments, so that the flow around them is written once.</summary>
internal interface ICallHandler<TResult>
{
    Task<TResult> InvokeAsync(ServerCallContext context);
}

internal readonly struct UnaryHandler<TRequest, TResponse>(TRequest request, UnaryServerMethod<TRequest, TResponse> method)
    : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task<TResponse> InvokeAsync(ServerCallContext context) => method(request, context);
}

internal readonly struct ClientStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, ClientStreamingServerMethod<TRequest, TResponse> method) : ICallHandler<TResponse>
    where TRequest : class
    where TResponse : class
{
    public Task<TResponse> InvokeAsync(ServerCallContext context) => method(requests, context);
}

/// <summary>What a handler that streams its responses returns: nothing.</summary>
internal readonly struct Nothing;

internal readonly struct ServerStreamingHandler<TRequest, TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responses, ServerStreamingServerMethod<TRequest, TResponse> method) : ICallHandler<Nothing>
    where TRequest : class
    where TResponse : class
{
    public async Task<Nothing> InvokeAsync(ServerCallContext context)
    {
        await method(request, responses, context).ConfigureAwait(false);
        return default;
    }
}

internal readonly struct DuplexStreamingHandler<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, DuplexStreamingServerMethod<TRequest, TResponse> method)
    : ICallHandler<Nothing>
    where TRequest : class
    where TResponse : class
{
    public async Task<Nothing> InvokeAsync(ServerCallContext context)
    {
        await method(requests, responses, context).ConfigureAwait(false);
        return default;
    }
}
