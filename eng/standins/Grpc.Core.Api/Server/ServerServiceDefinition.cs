namespace Grpc.Core;

/// <summary>A service's methods with their handlers, to be replayed into a server.</summary>
public class ServerServiceDefinition
{
    private readonly IReadOnlyList<Action<ServiceBinderBase>> _bindings;

    private ServerServiceDefinition(IReadOnlyList<Action<ServiceBinderBase>> bindings) => _bindings = bindings;

    /// <summary>Starts a definition.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Gives every method to the binder, in the order in which they were added.</summary>
    public void BindService(ServiceBinderBase serviceBinder)
    {
        foreach (var bind in _bindings)
        {
            bind(serviceBinder);
        }
    }

    /// <summary>Collects a service's methods.</summary>
    public class Builder
    {
        private readonly Dictionary<string, IMethod> _methods = new(StringComparer.Ordinal);
        private readonly List<Action<ServiceBinderBase>> _bindings = [];

        /// <summary>Adds a unary method.</summary>
        /// <exception cref="ArgumentException">The service has a method of that name.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method whose requests stream.</summary>
        /// <exception cref="ArgumentException">The service has a method of that name.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method whose responses stream.</summary>
        /// <exception cref="ArgumentException">The service has a method of that name.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method that streams both ways.</summary>
        /// <exception cref="ArgumentException">The service has a method of that name.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>The definition of what was added; what is added later joins it.</summary>
        public ServerServiceDefinition Build() => new(_bindings);

        private Builder Add(IMethod method, Action<ServiceBinderBase> bind)
        {
            _methods.Add(method.FullName, method);
            _bindings.Add(bind);
            return this;
        }
    }
}
