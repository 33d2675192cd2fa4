namespace Grpc.Core;

/// <summary>Takes a service's methods. A server overrides all four; a handler is null when only the shape is known.</summary>
public class ServiceBinderBase
{
    /// <summary>Takes a unary method.</summary>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotImplementedException();

    /// <summary>Takes a method whose requests stream.</summary>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotImplementedException();

    /// <summary>Takes a method whose responses stream.</summary>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotImplementedException();

    /// <summary>Takes a method that streams both ways.</summary>
    /// <exception cref="NotImplementedException">Not overridden.</exception>
    public virtual void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotImplementedException();
}
