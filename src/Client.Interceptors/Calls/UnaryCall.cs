using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>An observed unary call: it has its request at hand, so it can be sent again.</summary>
internal sealed class UnaryCall<TRequest, TResponse>(
    ClientInterceptor interceptor,
    scoped in OutgoingCall call,
    TRequest request,
    Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> continuation) : ResponseCall<TResponse>(interceptor, call)
    where TRequest : class
    where TResponse : class
{
    /// <summary>Sends the call.</summary>
    public AsyncUnaryCall<TResponse> Send()
    {
        Sent();
        return continuation(request, new((Method<TRequest, TResponse>)Method, Host, Options));
    }

    protected override bool TryReissue(RpcException error)
    {
        if (IsDisposed || !Reissues(error))
            return false;
        var failed = Inner;
        var next = Send();
        Attach(next, next.ResponseAsync);
        failed!.Dispose();
        if (IsDisposed)
            next.Dispose();
        return true;
    }
}
