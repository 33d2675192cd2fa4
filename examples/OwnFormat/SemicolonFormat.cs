using Google.Protobuf;
using Interceptors.Discovery;

namespace OwnFormat;

/// <summary>
/// How a house of our own has always stood in etcd: key <c>house/services/user/1</c>, value <c>10.0.0.1:80;weight=7;zone=north</c>.
/// </summary>
internal sealed class SemicolonFormat(string root = "house/services/") : IEndpointFormat
{
    public string PrefixOf(string service) => $"{root}{service}/";

    // user/admin/1 is an instance of user/admin, not of user.
    public bool IsInstanceKey(string service, string key) => !key[PrefixOf(service).Length..].Contains('/');

    public string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

    public ByteString Write(ServiceInstance instance)
    {
        var metadata = instance.Endpoint.Metadata.Select(entry => $"{entry.Key}={entry.Value}");
        return ByteString.CopyFromUtf8(string.Join(';', [instance.Endpoint.Address, .. metadata]));
    }

    /// <summary>Whoever wrote the value: what can't be read is said, and costs no other value.</summary>
    public EndpointReading Read(string service, ByteString value)
    {
        var parts = value.ToStringUtf8().Split(';');
        if (!DiscoveryEndpoint.TryParse(parts[0], out var address))
            return EndpointReading.Unreadable("it does not begin with host:port");
        var metadata = new Dictionary<string, string>();
        foreach (var part in parts[1..])
        {
            if (part.Split('=', 2) is not [{ Length: > 0 } key, var text])
                return EndpointReading.Unreadable("a part of it is not key=value");
            metadata[key] = text;
        }

        return new EndpointReading([new DiscoveryEndpoint(address.Host, address.Port, metadata)]);
    }
}
