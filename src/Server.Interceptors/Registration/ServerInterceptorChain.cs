using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server;

/// <summary>Two interceptors as one, for those of gRPC that are no steps of a <see cref="ServerInterceptorGroup"/>.</summary>
internal sealed class ServerInterceptorChain : Interceptor
{
    private readonly Interceptor _outer;
    private readonly Interceptor _inner;

    private ServerInterceptorChain(Interceptor outer, Interceptor inner) => (_outer, _inner) = (outer, inner);

    /// <summary>Several interceptors as one, the first outermost. Those of the kit that stand side by side share one call.</summary>
    public static Interceptor Of(IEnumerable<Interceptor> interceptors)
    {
        Interceptor? chain = null;
        var steps = new Stack<ServerInterceptor>();
        foreach (var interceptor in interceptors.Reverse())
        {
            if (interceptor is ServerInterceptor step)
            {
                steps.Push(step);
                continue;
            }

            chain = Around(chain, steps);
            chain = chain is null ? interceptor : new ServerInterceptorChain(interceptor, chain);
        }

        return Around(chain, steps) ?? new ServerInterceptorGroup([]);
    }

    private static Interceptor? Around(Interceptor? inner, Stack<ServerInterceptor> steps)
    {
        if (steps.Count == 0)
            return inner;
        var group = new ServerInterceptorGroup(steps);
        steps.Clear();
        return inner is null ? group : new ServerInterceptorChain(group, inner);
    }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        _outer.UnaryServerHandler(request, context, (r, c) => _inner.UnaryServerHandler(r, c, continuation));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        _outer.ClientStreamingServerHandler(
            requestStream, context, (r, c) => _inner.ClientStreamingServerHandler(r, c, continuation));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        _outer.ServerStreamingServerHandler(
            request, responseStream, context, (r, w, c) => _inner.ServerStreamingServerHandler(r, w, c, continuation));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        _outer.DuplexStreamingServerHandler(
            requestStream, responseStream, context, (r, w, c) => _inner.DuplexStreamingServerHandler(r, w, c, continuation));
}
