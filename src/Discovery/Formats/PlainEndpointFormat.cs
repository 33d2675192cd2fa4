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

    private static readonly ImmutableSortedDictionary<string, string> WithTls = NoMetadata.Add(EndpointMetadata.Scheme, "grpcs");

    // What stands before an address in the registries of others, and whether it means TLS.
    private static readonly (string Scheme, bool IsTls)[] Schemes = [("http", false), ("https", true), ("grpc", false), ("grpcs", true)];

    public string PrefixOf(string service) => $"{root}{service}/";

    // user/admin/1 is instance 1 of the service user/admin, not an instance of user.
    public bool IsInstanceKey(string service, string key) => key.IndexOf('/', PrefixOf(service).Length) < 0;

    public string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

    public ByteString Write(ServiceInstance instance) => ByteString.CopyFromUtf8(instance.Endpoint.Address);

    public EndpointReading Read(string service, ByteString value) => Read(value);

    internal static EndpointReading Read(ByteString value) => Read(value.ToStringUtf8());

    internal static EndpointReading Read(string text)
    {
        var address = text.Trim().Trim('\uFEFF');
        foreach (var (scheme, isTls) in Schemes)
        {
            if (!address.StartsWith(scheme + "://", StringComparison.OrdinalIgnoreCase))
                continue;
            // A path is a part of what the writer meant, which gRPC has no use for; a lone slash is none.
            var rest = address[(scheme.Length + 3)..];
            return EndpointReading.Of(rest.EndsWith('/') ? rest[..^1] : rest, isTls ? WithTls : NoMetadata);
        }

        return EndpointReading.Of(address, NoMetadata);
    }
}
