using System.Text;
using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class MarshallerTest
{
    private static readonly Func<string, byte[]> ToBytes = Encoding.UTF8.GetBytes;
    private static readonly Func<byte[], string> FromBytes = Encoding.UTF8.GetString;
    private static readonly Action<string, SerializationContext> ToContext = (text, context) => context.Complete(ToBytes(text));
    private static readonly Func<DeserializationContext, string> FromContext = context => FromBytes(context.PayloadAsNewBuffer());

    [Fact]
    public void A_marshaller_over_arrays_serves_contexts()
    {
        var marshaller = new Marshaller<string>(ToBytes, FromBytes);
        var context = new ArrayContexts.Writing();

        marshaller.ContextualSerializer("é", context);

        Assert.Equal("é"u8.ToArray(), context.Payload);
        Assert.Equal("é", marshaller.ContextualDeserializer(new ArrayContexts.Reading(context.Payload!)));
    }

    [Fact]
    public void A_marshaller_over_contexts_does_not_serve_arrays()
    {
        var marshaller = new Marshaller<string>(ToContext, FromContext);

        Assert.Throws<NotImplementedException>(() => marshaller.Serializer("x"));
        Assert.Throws<NotImplementedException>(() => marshaller.Deserializer([]));
    }

    [Fact]
    public void Given_functions_are_kept_as_they_are()
    {
        var overArrays = Marshallers.Create(ToBytes, FromBytes);
        var overContexts = Marshallers.Create(ToContext, FromContext);

        Assert.Same(ToBytes, overArrays.Serializer);
        Assert.Same(FromBytes, overArrays.Deserializer);
        Assert.Same(ToContext, overContexts.ContextualSerializer);
        Assert.Same(FromContext, overContexts.ContextualDeserializer);
    }

    [Fact]
    public void No_function_may_be_null()
    {
        Assert.Throws<ArgumentNullException>("serializer", () => new Marshaller<string>(null!, FromBytes));
        Assert.Throws<ArgumentNullException>("deserializer", () => new Marshaller<string>(ToBytes, null!));
        Assert.Throws<ArgumentNullException>("serializer", () => new Marshaller<string>(null!, FromContext));
        Assert.Throws<ArgumentNullException>("deserializer", () => new Marshaller<string>(ToContext, null!));
    }

    [Fact]
    public void Strings_are_marshalled_as_UTF_8()
    {
        Assert.Equal("é"u8.ToArray(), Marshallers.StringMarshaller.Serializer("é"));
        Assert.Equal("é", Marshallers.StringMarshaller.Deserializer("é"u8.ToArray()));
    }
}
