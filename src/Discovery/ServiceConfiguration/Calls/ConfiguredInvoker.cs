using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Makes every call as the service config wants it that is in force when the call begins.</summary>
internal sealed class ConfiguredInvoker(Func<ConfiguredChannel> current) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var channel = current();
        method = channel.Configure(method, ref options);
        return channel.Invoker.BlockingUnaryCall(method, host, options, request);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var channel = current();
        method = channel.Configure(method, ref options);
        return channel.Invoker.AsyncUnaryCall(method, host, options, request);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var channel = current();
        method = channel.Configure(method, ref options);
        return channel.Invoker.AsyncClientStreamingCall(method, host, options);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var channel = current();
        method = channel.Configure(method, ref options);
        return channel.Invoker.AsyncServerStreamingCall(method, host, options, request);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var channel = current();
        method = channel.Configure(method, ref options);
        return channel.Invoker.AsyncDuplexStreamingCall(method, host, options);
    }
}
