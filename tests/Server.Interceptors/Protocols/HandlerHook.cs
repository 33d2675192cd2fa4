using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server.Tests;

/// <summary>Runs inside of the kit's interceptors, as the first part of whatever handler there is.</summary>
public sealed class HandlerHook(HandlerHook.Action action) : Interceptor
{
    public sealed class Action
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public Func<ServerCallContext, Task> OnCall { get; set; } = static _ => Task.CompletedTask;

        internal async Task RunAsync(ServerCallContext context)
        {
            Interlocked.Increment(ref _running);
            try
            {
                await OnCall(context);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await action.RunAsync(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await action.RunAsync(context);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await action.RunAsync(context);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await action.RunAsync(context);
        await continuation(requestStream, responseStream, context);
    }
}
