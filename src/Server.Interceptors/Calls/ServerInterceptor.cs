using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server;

/// <summary>
/// The base of all server interceptors: something to do before the handler (<see cref="OnStartAsync"/>) and something when it has
/// ended (<see cref="OnEnd"/>), written once for all four kinds of handler. Instances are shared by all calls and hold no state
/// of any one.
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
    /// <returns>What steps further out and the caller see; a success can become an error, but not the reverse: null keeps the error.</returns>
    protected internal virtual Exception? OnEnd(ServerCall call, Exception? error) => error;

    /// <inheritdoc/>
    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Unsafe.As<Task<TResponse>>(RunAsync<TResponse, UnaryHandler<TRequest, TResponse>>(new(request, continuation), context, MethodType.Unary));

    /// <inheritdoc/>
    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Unsafe.As<Task<TResponse>>(RunAsync<TResponse, ClientStreamingHandler<TRequest, TResponse>>(
            new(requestStream, continuation), context, MethodType.ClientStreaming));

    /// <inheritdoc/>
    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync<Nothing, ServerStreamingHandler<TRequest, TResponse>>(
            new(request, responseStream, continuation), context, MethodType.ServerStreaming);

    /// <inheritdoc/>
    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync<Nothing, DuplexStreamingHandler<TRequest, TResponse>>(
            new(requestStream, responseStream, continuation), context, MethodType.DuplexStreaming);
}
