using System.Text.Json;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>
/// Reads each value by what it looks like, so that servers of several frameworks can stand under one prefix. Keys, and what it
/// writes, are those of the framework whose own root it is given, else plain. (dubbo-go's root is a name that others use too.)
/// </summary>
internal sealed class DetectedFormat : IEndpointFormat
{
    private readonly IEndpointFormat _own;
    private readonly (string Member, JsonEndpointFormat Format)[] _shapes;

    public DetectedFormat(string root)
    {
        var kratos = new KratosFormat(root);
        var kitex = new KitexFormat(root);
        var goMicro = new GoMicroFormat(root);
        _own = root switch
        {
            KratosFormat.DefaultRoot => kratos,
            KitexFormat.DefaultRoot => kitex,
            GoMicroFormat.DefaultRoot => goMicro,
            _ => new PlainEndpointFormat(root),
        };
        // The first member that a value has decides: dubbo-go's also has an Address, and go-micro's also has endpoints.
        _shapes =
        [
            ("Addr", new EtcdNamingFormat(root)), ("nodes", goMicro), ("Host", new DubboGoFormat(root)),
            ("address", kitex), ("endpoints", kratos),
        ];
    }

    public string PrefixOf(string service) => _own.PrefixOf(service);

    public bool IsInstanceKey(string service, string key) => _own.IsInstanceKey(service, key);

    public string KeyOf(ServiceInstance instance) => _own.KeyOf(instance);

    public ByteString Write(ServiceInstance instance) => _own.Write(instance);

    public EndpointReading Read(string service, ByteString value) => JsonValue.Read(service, value, ReadObject, AddressUrl.Read);

    private EndpointReading ReadObject(string service, JsonElement value)
    {
        if (HostAndPort.TryRead(value, out var reading))
            return reading;
        foreach (var (member, format) in _shapes)
        {
            if (value.Member(member) is not null)
                return format.ReadObject(service, value);
        }

        return EndpointReading.Unreadable("it is JSON of no known format: it has no Addr, nodes, Host, address or endpoints");
    }
}
