using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Makes every call as the service config wants it that is in force when the call begins.</summary>
internal sealed class ConfiguredInvoker(Func<ConfigVersion> enter) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var version = enter();
        try
        {
            return version.Channel.Invoker.BlockingUnaryCall(version.Configure(method, ref options), host, options, request);
        }
        finally
        {
            version.Channel.Leave();
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var version = enter();
        try
        {
            var call = version.Channel.Invoker.AsyncUnaryCall(version.Configure(method, ref options), host, options, request);
            return version.Channel.IsCounting ? CountedCalls.Follow(call, version.Channel) : call;
        }
        catch
        {
            version.Channel.Leave();
            throw;
        }
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var version = enter();
        try
        {
            var call = version.Channel.Invoker.AsyncClientStreamingCall(version.Configure(method, ref options), host, options);
            return version.Channel.IsCounting ? CountedCalls.Follow(call, version.Channel) : call;
        }
        catch
        {
            version.Channel.Leave();
            throw;
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var version = enter();
        try
        {
            var call = version.Channel.Invoker.AsyncServerStreamingCall(version.Configure(method, ref options), host, options, request);
            return version.Channel.IsCounting ? CountedCalls.Follow(call, version.Channel) : call;
        }
        catch
        {
            version.Channel.Leave();
            throw;
        }
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var version = enter();
        try
        {
            var call = version.Channel.Invoker.AsyncDuplexStreamingCall(version.Configure(method, ref options), host, options);
            return version.Channel.IsCounting ? CountedCalls.Follow(call, version.Channel) : call;
        }
        catch
        {
            version.Channel.Leave();
            throw;
        }
    }
}
