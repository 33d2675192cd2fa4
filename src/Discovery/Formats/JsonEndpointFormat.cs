using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>A format whose values are JSON objects.</summary>
/// <param name="root">What all keys start with. Empty, or ends with a slash.</param>
internal abstract class JsonEndpointFormat(string root) : IEndpointFormat
{
    // Values are read by other frameworks, never put into HTML; this is how they write them too.
    internal static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    protected string Root => root;

    public virtual string PrefixOf(string service) => $"{root}{service}/";

    public virtual bool IsInstanceKey(string service, string key) => key.IndexOf('/', PrefixOf(service).Length) < 0;

    public virtual string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

    public ByteString Write(ServiceInstance instance)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            WriteMembers(writer, instance);
            writer.WriteEndObject();
        }

        return ByteString.CopyFrom(buffer.WrittenSpan);
    }

    public EndpointReading Read(string service, ByteString value) => JsonValue.Read(service, value, ReadObject);

    public abstract EndpointReading ReadObject(string service, JsonElement value);

    protected abstract void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance);
}
