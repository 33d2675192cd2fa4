using System.Collections.Immutable;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>
/// Key: root, service, slash, instance id. Value: <c>host:port</c> as plain text. Carries no metadata. Also go-zero's, whose
/// keys have no root and a lease id for instance id.
/// </summary>
internal sealed class PlainEndpointFormat(string root) : IEndpointFormat
{
    private static readonly ImmutableSortedDictionary<string, string> NoMetadata = ImmutableSortedDictionary<string, string>.Empty;

    public string PrefixOf(string service) => $"{root}{service}/";

    // user/admin/1 is instance 1 of the service user/admin, not an instance of user.
    public bool IsInstanceKey(string service, string key) => key.IndexOf('/', PrefixOf(service).Length) < 0;

    public string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

    public ByteString Write(ServiceInstance instance) => ByteString.CopyFromUtf8(instance.Endpoint.Address);

    public EndpointReading Read(string service, ByteString value) => Read(value);

    internal static EndpointReading Read(ByteString value) => Read(value.ToStringUtf8());

    internal static EndpointReading Read(string text) => EndpointReading.Of(Trimmed(text), NoMetadata);

    internal static string Trimmed(string text) => text.Trim().Trim('\uFEFF');
}
