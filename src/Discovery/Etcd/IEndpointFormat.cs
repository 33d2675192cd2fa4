using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>How instances of a service stand in etcd: under which key, and with which value. Stateless.</summary>
internal interface IEndpointFormat
{
    /// <summary>What the keys of all instances of the service start with. Ends with a slash.</summary>
    string PrefixOf(string service);

    string KeyOf(ServiceInstance instance);

    ByteString Write(ServiceInstance instance);

    /// <summary>
    /// Whether a key under the service's prefix stands for one of its instances; if not, it is none of our
    /// business.
    /// </summary>
    bool IsInstanceKey(string service, string key);

    /// <summary>Reads a value, which may hold several endpoints.</summary>
    /// <param name="value">The value.</param>
    /// <param name="endpoints">What it holds.</param>
    /// <param name="problem">Why it can't be read; does not repeat the value.</param>
    bool TryRead(
        ByteString value,
        [NotNullWhen(true)] out IReadOnlyList<ServiceEndpoint>? endpoints,
        [NotNullWhen(false)] out string? problem);
}
