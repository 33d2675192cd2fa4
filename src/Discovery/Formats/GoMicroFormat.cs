using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// What go-micro's etcd registry writes and reads: a slash in a name is a dash in the key, and a value can hold several nodes.
/// A value that names another service is that one's: <c>a/b</c> and <c>a-b</c> share their keys.
/// </summary>
internal sealed class GoMicroFormat(string root) : JsonEndpointFormat(root)
{
    public const string DefaultRoot = "/micro/registry/";

    private const string Protocol = "protocol";
    private const string Grpc = "grpc";

    public override string PrefixOf(string service) => $"{Root}{service.Replace('/', '-')}/";

    public override EndpointReading ReadObject(string service, JsonElement value)
    {
        if (value.Text("name") is { } name && name != service)
            return EndpointReading.None;
        var own = JsonMetadata.Read(value, "metadata");
        if (value.Text("version") is { } version)
            own[EndpointMetadata.Version] = version;

        var shared = own.ToShared();
        var endpoints = new EndpointCollector();
        var hasNodes = false;
        foreach (var node in value.Items("nodes"))
        {
            hasNodes = true;
            // What a node says for itself counts more than what its service says.
            var metadata = shared.SetItems(JsonMetadata.Read(node, "metadata"));
            if (metadata.TryGetValue(Protocol, out var protocol) && protocol != Grpc)
                endpoints.Skip("a node of it speaks another protocol than grpc");
            else
                endpoints.Add(node.Text("address"), metadata.Remove(Protocol));
        }

        if (!hasNodes)
            endpoints.Skip("it has no nodes");
        return endpoints.ToReading();
    }

    protected override void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance)
    {
        var endpoint = instance.Endpoint;
        writer.WriteString("name", instance.Service);
        writer.WriteString("version", endpoint.Version ?? "");
        writer.WriteNull("metadata");
        writer.WriteStartArray("endpoints");
        writer.WriteEndArray();
        writer.WriteStartArray("nodes");
        writer.WriteStartObject();
        writer.WriteString("id", instance.Id);
        writer.WriteString("address", endpoint.Address);
        var metadata = new Dictionary<string, string>(endpoint.Metadata) { [Protocol] = Grpc };
        JsonMetadata.Write(writer, "metadata", metadata, EndpointMetadata.Version);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
