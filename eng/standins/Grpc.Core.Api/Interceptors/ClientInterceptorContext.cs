namespace Grpc.Core.Interceptors;

/// <summary>A call on its way through a client's interceptors.</summary>
/// <typeparam name="TRequest">The request's type.</typeparam>
/// <typeparam name="TResponse">The response's type.</typeparam>
public struct ClientInterceptorContext<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <summary>A call.</summary>
    public ClientInterceptorContext(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Method = method;
        Host = host;
        Options = options;
    }

    /// <summary>The method.</summary>
    public Method<TRequest, TResponse> Method { get; }

    /// <summary>The host to call; null means the channel's.</summary>
    public string? Host { get; }

    /// <summary>The call's options.</summary>
    public CallOptions Options { get; }
}
