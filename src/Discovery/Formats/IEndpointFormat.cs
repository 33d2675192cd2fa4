using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>How instances of a service stand in etcd: under which key, and with which value. Stateless.</summary>
internal interface IEndpointFormat
{
    /// <summary>What the keys of all instances of the service start with. Ends with a slash.</summary>
    string PrefixOf(string service);

    /// <summary>
    /// Whether a key under the service's prefix stands for one of its instances; if not, it is none of our
    /// business.
    /// </summary>
    bool IsInstanceKey(string service, string key);

    string KeyOf(ServiceInstance instance);

    ByteString Write(ServiceInstance instance);

    /// <summary>Reads the value of an instance key. Never throws, whatever the value holds.</summary>
    EndpointReading Read(string service, ByteString value);
}
