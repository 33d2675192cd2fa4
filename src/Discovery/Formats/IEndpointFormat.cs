using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>
/// How instances of a service stand in etcd: under which key, and with which value. For a format of one's own, as
/// <see cref="EtcdOptions.CustomFormat"/>. Stateless and thread safe.
/// </summary>
public interface IEndpointFormat
{
    /// <summary>What the keys of all instances of the service start with.</summary>
    /// <param name="service">The name of the service, for example <c>user</c> or <c>team/user</c>.</param>
    /// <returns>The prefix. Not empty; ends with a slash, so that <c>user</c> does not take in <c>user2</c>.</returns>
    string PrefixOf(string service);

    /// <summary>Whether a key under the service's prefix stands for one of its instances. Other keys are not looked at.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="key">The whole key.</param>
    /// <returns>Whether it does.</returns>
    bool IsInstanceKey(string service, string key);

    /// <summary>The key under which an instance is registered.</summary>
    /// <param name="instance">The instance.</param>
    /// <returns>The whole key, for which <see cref="IsInstanceKey"/> is true.</returns>
    string KeyOf(ServiceInstance instance);

    /// <summary>The value with which an instance is registered. The same for the same instance each time.</summary>
    /// <param name="instance">The instance.</param>
    /// <returns>The value; at most 256 KiB.</returns>
    ByteString Write(ServiceInstance instance);

    /// <summary>Reads the value of an instance key. What it throws counts as a value that can't be read.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="value">The value, of 1 byte to 256 KiB, whoever wrote it.</param>
    /// <returns>The endpoints, and what is wrong.</returns>
    EndpointReading Read(string service, ByteString value);
}
