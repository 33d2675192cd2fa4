using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>Key: prefix, service, slash, instance id. Value: <c>host:port</c> as plain text. Carries no metadata.</summary>
internal sealed class PlainEndpointFormat(string prefix) : IEndpointFormat
{
    public string PrefixOf(string service) => $"{prefix}{service}/";

    public string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

    public ByteString Write(ServiceInstance instance) => ByteString.CopyFromUtf8(instance.Endpoint.Address);

    // user/admin/1 is instance 1 of the service user/admin, not an instance of user.
    public bool IsInstanceKey(string service, string key) => key.IndexOf('/', PrefixOf(service).Length) < 0;

    public bool TryRead(
        ByteString value,
        [NotNullWhen(true)] out IReadOnlyList<ServiceEndpoint>? endpoints,
        [NotNullWhen(false)] out string? problem)
    {
        problem = ServiceEndpoint.Read(value.ToStringUtf8().Trim(), out var endpoint);
        endpoints = endpoint is null ? null : [endpoint];
        return problem is null && endpoints is not null;
    }
}
