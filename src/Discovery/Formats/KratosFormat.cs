using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// What Kratos' etcd registry writes and reads. An instance offers several protocols; only its gRPC endpoints count. A value
/// under the prefix that names another service is that one's.
/// </summary>
internal sealed class KratosFormat(string root) : JsonEndpointFormat(root)
{
    public const string DefaultRoot = "/microservices/";

    private const string Plain = "grpc";
    private const string Secure = "grpcs";

    public override bool IsInstanceKey(string service, string key) => key.Length > PrefixOf(service).Length;

    public override EndpointReading ReadObject(string service, JsonElement value)
    {
        if (value.Text("name") is { } name && name != service)
            return EndpointReading.None;
        var own = JsonMetadata.Read(value, "metadata");
        if (value.Text("version") is { } version)
            own[EndpointMetadata.Version] = version;

        var metadata = own.ToShared();
        var withTls = metadata.SetItem(EndpointMetadata.Scheme, Secure);
        var endpoints = new EndpointCollector();
        var offersGrpc = false;
        foreach (var item in value.Items("endpoints"))
        {
            if (item.ValueKind != JsonValueKind.String || !TryRead(item.GetString()!, out var address, out var scheme))
                continue;
            offersGrpc = true;
            endpoints.Add(address, scheme == Secure ? withTls : metadata);
        }

        if (!offersGrpc)
            endpoints.Skip("it offers no grpc:// or grpcs:// endpoint");
        return endpoints.ToReading();
    }

    protected override void WriteMembers(Utf8JsonWriter writer, ServiceInstance instance)
    {
        var endpoint = instance.Endpoint;
        var scheme = endpoint.Metadata.GetValueOrDefault(EndpointMetadata.Scheme) == Secure ? Secure : Plain;
        writer.WriteString("id", instance.Id);
        writer.WriteString("name", instance.Service);
        writer.WriteString("version", endpoint.Version ?? "");
        JsonMetadata.Write(writer, "metadata", endpoint.Metadata, EndpointMetadata.Version, EndpointMetadata.Scheme);
        writer.WriteStartArray("endpoints");
        writer.WriteStringValue($"{scheme}://{endpoint.Address}");
        writer.WriteEndArray();
    }

    /// <summary>False for another protocol. Old versions say TLS in the query: <c>grpc://10.0.0.1:80?isSecure=true</c>.</summary>
    private static bool TryRead(string url, out string address, out string scheme)
    {
        var separator = url.IndexOf("://", StringComparison.Ordinal);
        scheme = separator < 0 ? "" : url[..separator].Trim().ToLowerInvariant();
        address = separator < 0 ? "" : url[(separator + 3)..];
        if (address.Contains("isSecure=true", StringComparison.OrdinalIgnoreCase) && scheme == Plain)
            scheme = Secure;
        var end = address.AsSpan().IndexOfAny('/', '?');
        if (end >= 0)
            address = address[..end];
        return scheme is Plain or Secure;
    }
}
