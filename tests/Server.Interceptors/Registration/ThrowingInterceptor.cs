using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server.Tests;

/// <summary>A user's plain interceptor of gRPC that throws what a caller must not read, and notes the calls it has seen.</summary>
public sealed class ThrowingInterceptor(ThrowingInterceptor.Calls calls) : Interceptor
{
    public const string Secret = "the users are in db-7";

    public sealed class Calls
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool Throw { get; set; } = true;

        internal void Enter()
        {
            Interlocked.Increment(ref _count);
            if (Throw)
                throw new InvalidOperationException(Secret);
        }
    }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        calls.Enter();
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Enter();
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Enter();
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Enter();
        return continuation(requestStream, responseStream, context);
    }
}
