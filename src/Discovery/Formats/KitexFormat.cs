using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>What Kitex' etcd registry writes and reads. The address is the instance id; tags are the metadata.</summary>
internal sealed class KitexFormat(string root) : JsonEndpointFormat(root)
{
    public const string DefaultRoot = "kitex/registry-etcd/";

    /// <summary>What Kitex takes a weight for that is missing, zero or less.</summary>
    public const int DefaultWeight = 10;

    public override string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Endpoint.Address;

    public override EndpointReading ReadObject(string service, JsonElement value)
    {
        if (value.Text("network") is { } network && !network.StartsWith("tcp", StringComparison.OrdinalIgnoreCase))
            return EndpointReading.Unreadable("its network is not tcp");
        var metadata = JsonMetadata.Read(value, "tags");
        var weight = value.WholeNumber("weight") is > 0 and var said ? said : DefaultWeight;
        metadata[EndpointMetadata.Weight] = weight.ToString(CultureInfo.InvariantCulture);
        return EndpointReading.Of(value.Text("address"), metadata.ToShared());
    }

    protected override void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance)
    {
        var endpoint = instance.Endpoint;
        writer.WriteString("network", "tcp");
        writer.WriteString("address", endpoint.Address);
        writer.WriteNumber("weight", endpoint.HasWeight ? endpoint.Weight : DefaultWeight);
        JsonMetadata.Write(writer, "tags", endpoint.Metadata, EndpointMetadata.Weight);
    }
}
