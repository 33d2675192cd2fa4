using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interceptors.Discovery;

/// <summary>What a file holds. A file of another version is not read; the registry's next answer replaces it.</summary>
internal sealed record CachedList(
    int Version, string Cluster, string Service, DateTimeOffset Confirmed, IReadOnlyList<CachedEndpoint> Endpoints)
{
    public const int CurrentVersion = 1;
}

internal sealed record CachedEndpoint(string Address, IReadOnlyDictionary<string, string>? Metadata = null)
{
    public static CachedEndpoint Of(DiscoveryEndpoint endpoint) =>
        new(endpoint.Address, endpoint.Metadata.Count == 0 ? null : endpoint.Metadata);

    /// <exception cref="FormatException">It is not an endpoint.</exception>
    public DiscoveryEndpoint ToEndpoint()
    {
        var bare = DiscoveryEndpoint.Parse(Address);
        if (Metadata?.Values.Contains(null!) == true)
            throw new FormatException($"Endpoint {Address} has metadata without a value.");
        return Metadata is null ? bare : new DiscoveryEndpoint(bare.Host, bare.Port, Metadata);
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CachedList))]
internal sealed partial class CachedListJson : JsonSerializerContext;
