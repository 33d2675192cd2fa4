using Grpc.Core.Interceptors;
using Grpc.Core.Utils;

namespace Grpc.Core;

public abstract partial class ClientBase
{
    /// <summary>The settings that clients derived from each other share. Made and read by this assembly only.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _undecorated;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker undecoratedCallInvoker, string? host)
        {
            _undecorated = GrpcPreconditions.CheckNotNull(undecoratedCallInvoker, nameof(undecoratedCallInvoker));
            _host = host;
        }

        internal CallInvoker CreateDecoratedCallInvoker() => _undecorated.Intercept(new HostInterceptor(_host));

        internal ClientBaseConfiguration WithHost(string host) => new(_undecorated, host);

        /// <summary>Puts the client's host, which may be none, in the place of the call's own.</summary>
        private sealed class HostInterceptor(string? host) : Interceptor
        {
            public override TResponse BlockingUnaryCall<TRequest, TResponse>(
                TRequest request,
                ClientInterceptorContext<TRequest, TResponse> context,
                BlockingUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, WithHost(context));

            public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
                TRequest request,
                ClientInterceptorContext<TRequest, TResponse> context,
                AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, WithHost(context));

            public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
                TRequest request,
                ClientInterceptorContext<TRequest, TResponse> context,
                AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
                continuation(request, WithHost(context));

            public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
                ClientInterceptorContext<TRequest, TResponse> context,
                AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(WithHost(context));

            public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
                ClientInterceptorContext<TRequest, TResponse> context,
                AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(WithHost(context));

            private ClientInterceptorContext<TRequest, TResponse> WithHost<TRequest, TResponse>(
                ClientInterceptorContext<TRequest, TResponse> context)
                where TRequest : class
                where TResponse : class => new(context.Method, host, context.Options);
        }
    }
}
