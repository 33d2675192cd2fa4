using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Turns messages into bytes and back, over arrays or over contexts.</summary>
/// <typeparam name="T">The message's type.</typeparam>
public class Marshaller<T>
{
    /// <summary>A marshaller over arrays, which also serves contexts.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        Serializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        Deserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>A marshaller over contexts, which doesn't serve arrays.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ContextualSerializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        ContextualDeserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        Serializer = _ => throw new NotImplementedException();
        Deserializer = _ => throw new NotImplementedException();
    }

    /// <summary>Serializes to an array; throws if the marshaller works over contexts.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Deserializes from an array; throws if the marshaller works over contexts.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Serializes into a context.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Deserializes from a context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
