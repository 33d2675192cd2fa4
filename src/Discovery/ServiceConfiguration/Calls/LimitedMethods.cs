using System.Collections.Concurrent;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// Methods whose messages are limited, all kinds of them: the limits sit where messages become bytes. Kept for each method and limits,
/// because grpc-dotnet keeps what it knows of a method by its object, for the life of the channel.
/// </summary>
internal sealed class LimitedMethods
{
    private readonly ConcurrentDictionary<(IMethod Method, long? Request, long? Response), IMethod> _methods = new();

    public Method<TRequest, TResponse> Limit<TRequest, TResponse>(Method<TRequest, TResponse> method, long? request, long? response)
    {
        if (request is null && response is null)
            return method;
        var key = (method, request, response);
        if (!_methods.TryGetValue(key, out var limited))
            limited = _methods.GetOrAdd(key, Create(method, request, response));
        return (Method<TRequest, TResponse>)limited;
    }

    public static RpcException TooLarge(string message, string method, string field, long limit) => new(new Status(
        StatusCode.ResourceExhausted, $"A {message} of {method} is larger than the {limit} bytes "
        + $"that {field} of the service config allows."));

    private static Method<TRequest, TResponse> Create<TRequest, TResponse>(
        Method<TRequest, TResponse> method, long? request, long? response) =>
        new(method.Type, method.ServiceName, method.Name,
            request is { } most ? LimitSent(method.RequestMarshaller, most, method.FullName) : method.RequestMarshaller,
            response is { } longest ? LimitReceived(method.ResponseMarshaller, longest, method.FullName) : method.ResponseMarshaller);

    private static Marshaller<T> LimitSent<T>(Marshaller<T> inner, long limit, string method)
    {
        var serialize = inner.ContextualSerializer;
        return new Marshaller<T>(
            (message, context) =>
                serialize(message, new LimitedSerializationContext(context, limit, method)), inner.ContextualDeserializer);
    }

    private static Marshaller<T> LimitReceived<T>(Marshaller<T> inner, long limit, string method)
    {
        var deserialize = inner.ContextualDeserializer;
        return new Marshaller<T>(
            inner.ContextualSerializer,
            context => context.PayloadLength <= limit
                ? deserialize(context)
                : throw TooLarge("response", method, "maxResponseMessageBytes", limit));
    }
}
