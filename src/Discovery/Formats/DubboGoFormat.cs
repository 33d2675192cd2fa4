using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// What dubbo-go's application-level discovery writes and reads. The address is the instance id. Only the port of the triple
/// protocol speaks gRPC; an instance that is not enabled or not healthy takes no calls.
/// </summary>
internal sealed class DubboGoFormat(string root) : JsonEndpointFormat(root)
{
    public const string DefaultRoot = "/services/";

    private const string EndpointsKey = "dubbo.endpoints";
    private const string Triple = "tri";

    public override string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Endpoint.Address;

    public override EndpointReading ReadObject(string service, JsonElement value)
    {
        if (value.Text("ServiceName") is { } name && name != service)
            return EndpointReading.None;
        if (value.IsFalse("Enable") || value.IsFalse("Healthy"))
            return EndpointReading.None;
        if (value.Text("Host") is not { } host)
            return EndpointReading.Unreadable("it has no Host");

        var metadata = JsonMetadata.Read(value, "Metadata");
        metadata.Remove(EndpointsKey, out var listed);
        if (value.WholeNumber("Weight") is > 0 and var weight)
            metadata[EndpointMetadata.Weight] = weight.ToString(CultureInfo.InvariantCulture);
        if (value.Text("Tag") is { } tag)
            metadata[EndpointMetadata.Tags] = tag;

        if (!TryReadPort(value, listed, out var port))
            return EndpointReading.Unreadable($"its {EndpointsKey} have no port for the protocol {Triple}");
        var bracketed = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        return EndpointReading.Of($"{bracketed}:{port}", metadata.ToShared());
    }

    protected override void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance)
    {
        var endpoint = instance.Endpoint;
        writer.WriteString("ID", instance.Id == endpoint.Address ? "" : instance.Id);
        writer.WriteString("ServiceName", instance.Service);
        writer.WriteString("Host", endpoint.Host);
        writer.WriteNumber("Port", endpoint.Port);
        if (endpoint.HasWeight)
            writer.WriteNumber("Weight", endpoint.Weight);
        writer.WriteBoolean("Enable", true);
        writer.WriteBoolean("Healthy", true);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [EndpointsKey] = $$"""[{"port":{{endpoint.Port}},"protocol":"{{Triple}}"}]""",
        };
        foreach (var (key, entry) in endpoint.Metadata)
            metadata.TryAdd(key, entry);
        JsonMetadata.Write(writer, "Metadata", metadata, EndpointMetadata.Weight, EndpointMetadata.Tags);
        if (endpoint.Metadata.TryGetValue(EndpointMetadata.Tags, out var tags))
            writer.WriteString("Tag", tags);
    }

    /// <summary>The listed port of the triple protocol. Without a list that can be read it is the port, as for dubbo-go.</summary>
    private static bool TryReadPort(JsonElement value, string? listed, out string? port)
    {
        port = value.Text("Port");
        if (string.IsNullOrWhiteSpace(listed))
            return true;
        try
        {
            using var list = JsonDocument.Parse(listed);
            if (list.RootElement.ValueKind != JsonValueKind.Array || list.RootElement.GetArrayLength() == 0)
                return true;
            foreach (var endpoint in list.RootElement.EnumerateArray())
            {
                if (endpoint.Text("protocol") != Triple)
                    continue;
                port = endpoint.Text("port");
                return true;
            }

            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
