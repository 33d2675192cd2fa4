using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Interceptors.Discovery.Tool.Configs;

namespace Interceptors.Discovery.Tool.Output;

// What --json writes. Members are added some day, never renamed or removed: scripts read them.

/// <summary>Of <c>list</c>.</summary>
internal sealed record ServicesJson(IReadOnlyList<ServiceJson> Services);

internal sealed record ServiceJson(string Service, IReadOnlyList<InstanceJson> Instances);

/// <param name="Id">The last part of the key.</param>
/// <param name="Key">The whole key.</param>
/// <param name="Lease">The lease in hexadecimal digits, as etcdctl shows it; null if the key stays until somebody removes it.</param>
/// <param name="Endpoints">Where it can be called; none if the value can't be read, or says that it takes no calls.</param>
/// <param name="Problem">What can't be read; null if nothing is wrong.</param>
/// <param name="Paused">Whether an operator wants it out of the list.</param>
internal sealed record InstanceJson(
    string Id, string Key, string? Lease, IReadOnlyList<EndpointJson> Endpoints, string? Problem, bool Paused = false);

internal sealed record EndpointJson(string Address, int Weight, IReadOnlyDictionary<string, string> Metadata)
{
    public static EndpointJson Of(DiscoveryEndpoint endpoint) => new(endpoint.Address, endpoint.Weight, endpoint.Metadata);
}

/// <summary>
/// Of <c>watch</c>: the list after each change. <c>Stale</c>: etcd is away, for <c>Reason</c>, and this is what was last known.
/// </summary>
internal sealed record SnapshotJson(DateTimeOffset Time, string Service, bool Stale, string? Reason, IReadOnlyList<EndpointJson> Endpoints);

/// <summary>Of <c>register</c>: each change. <c>State</c>: registering, registered, repairing, paused, deregistered or left.</summary>
internal sealed record RegistrationJson(DateTimeOffset Time, string State, string Service, string Id, string Address, string? Problem);

/// <summary>Of <c>deregister</c>.</summary>
internal sealed record RemovalJson(string Service, string Id, string Key, bool Removed);

/// <summary>Of <c>pause</c>, <c>resume</c> and <c>update</c>, which is <c>Order</c>.</summary>
internal sealed record OrderJson(string Service, string Id, string Key, string Order, bool Done);

/// <summary>Of <c>resolve</c>.</summary>
internal sealed record ResolutionJson(string Target, IReadOnlyList<EndpointJson> Endpoints);

/// <summary>Of <c>config</c>.</summary>
internal sealed record ConfigJson(IReadOnlyList<ConfigFinding> Findings);

[JsonSerializable(typeof(ServicesJson))]
[JsonSerializable(typeof(ConfigJson))]
[JsonSerializable(typeof(SnapshotJson))]
[JsonSerializable(typeof(RegistrationJson))]
[JsonSerializable(typeof(RemovalJson))]
[JsonSerializable(typeof(OrderJson))]
[JsonSerializable(typeof(ResolutionJson))]
internal sealed partial class Json : JsonSerializerContext
{
    // The output is no HTML; control characters are still escaped. What changes the order of other characters is escaped below.
    private static readonly Json Readable = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    });

    public static void Write<T>(T value) =>
        Console.Out.WriteLine(Invisible().Replace(
            JsonSerializer.Serialize(value, typeof(T), Readable),
            match => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)match.Value[0]:x4}")));

    [GeneratedRegex(@"[\p{Cf}\p{Zl}\p{Zp}]")]
    private static partial Regex Invisible();
}
