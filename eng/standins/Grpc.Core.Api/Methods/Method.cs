using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A method of a service, with the marshallers of its messages.</summary>
/// <typeparam name="TRequest">The request's type.</typeparam>
/// <typeparam name="TResponse">The response's type.</typeparam>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>Describes a method.</summary>
    public Method(
        MethodType type,
        string serviceName,
        string name,
        Marshaller<TRequest> requestMarshaller,
        Marshaller<TResponse> responseMarshaller)
    {
        Type = type;
        ServiceName = GrpcPreconditions.CheckNotNull(serviceName, nameof(serviceName));
        Name = GrpcPreconditions.CheckNotNull(name, nameof(name));
        RequestMarshaller = GrpcPreconditions.CheckNotNull(requestMarshaller, nameof(requestMarshaller));
        ResponseMarshaller = GrpcPreconditions.CheckNotNull(responseMarshaller, nameof(responseMarshaller));
        FullName = $"/{serviceName}/{name}";
    }

    /// <inheritdoc/>
    public MethodType Type { get; }

    /// <inheritdoc/>
    public string ServiceName { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Turns requests into bytes and back.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>Turns responses into bytes and back.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }

    /// <inheritdoc/>
    public string FullName { get; }
}
