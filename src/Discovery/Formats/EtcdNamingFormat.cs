using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// What etcd's own Go package <c>naming/endpoints</c> writes and reads. Its target is root + service; every key below it, at any
/// depth, is an instance. <c>Op</c> is a remnant: it is 0 in every value, and not looked at. <c>Metadata</c> is null or a text.
/// </summary>
internal sealed class EtcdNamingFormat(string root) : JsonEndpointFormat(root)
{
    public override bool IsInstanceKey(string service, string key) => key.Length > PrefixOf(service).Length;

    public override EndpointReading ReadObject(string service, JsonElement value) =>
        EndpointReading.Of(value.Text("Addr"), JsonMetadata.Read(value, "Metadata").ToShared());

    protected override void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance)
    {
        writer.WriteNumber("Op", 0);
        writer.WriteString("Addr", instance.Endpoint.Address);
        JsonMetadata.WriteText(writer, "Metadata", instance.Endpoint.Metadata);
    }
}
