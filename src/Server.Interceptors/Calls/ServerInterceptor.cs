using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server;

/// <summary>
/// The base class of server interceptors. Override <see cref="OnStartAsync"/> to act before the handler and <see cref="OnEnd"/> to act
/// after it; both run for all four kinds of call. One instance serves all calls, so it must not hold the state of a call.
/// </summary>
public abstract partial class ServerInterceptor : Interceptor
{
    private readonly ServerInterceptor[] _steps;

    /// <summary>Creates an interceptor.</summary>
    protected ServerInterceptor() => _steps = [this];

    /// <summary>Several interceptors as one, so that they share one call; the first is the outermost.</summary>
    private protected ServerInterceptor(IEnumerable<ServerInterceptor> steps) => _steps = [.. steps];

    /// <summary>
    /// Runs before the handler. Throw an <see cref="RpcException"/> to refuse the call: then neither the handler nor the steps
    /// further in run. What an implementation sets in an AsyncLocal reaches the handler if it is no asynchronous method.
    /// </summary>
    /// <param name="call">The call.</param>
    protected internal virtual ValueTask OnStartAsync(ServerCall call) => default;

    /// <summary>
    /// Runs when the handler has ended, for every call whose <see cref="OnStartAsync"/> succeeded, innermost step first. What
    /// this throws is reported to <see cref="System.Diagnostics.Trace"/> only.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="error">What the handler or a step further in threw; null if the call succeeded.</param>
    /// <returns>
    /// What steps further out and the caller see; a success can become an error, but not the reverse: null keeps the error.
    /// </returns>
    protected internal virtual Exception? OnEnd(ServerCall call, Exception? error) => error;

    /// <inheritdoc/>
    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Unsafe.As<Task<TResponse>>(
            RunAsync<TResponse, UnaryHandler<TRequest, TResponse>>(new(request, continuation), context, MethodType.Unary));

    /// <inheritdoc/>
    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest,
            TResponse> continuation) =>
        Unsafe.As<Task<TResponse>>(RunAsync<TResponse, ClientStreamingHandler<TRequest, TResponse>>(
            new(requestStream, continuation), context, MethodType.ClientStreaming));

    /// <inheritdoc/>
    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync<NoResponse, ServerStreamingHandler<TRequest, TResponse>>(
            new(request, responseStream, continuation), context, MethodType.ServerStreaming);

    /// <inheritdoc/>
    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync<NoResponse, DuplexStreamingHandler<TRequest, TResponse>>(
            new(requestStream, responseStream, continuation), context, MethodType.DuplexStreaming);
}
