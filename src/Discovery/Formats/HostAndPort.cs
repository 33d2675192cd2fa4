using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// JSON of registries that people have written themselves, with host and port apart:
/// <c>{"Address":"10.0.0.1","Port":5001}</c>, <c>{"ip":"10.0.0.1","port":5001}</c>.
/// </summary>
internal static class HostAndPort
{
    private static readonly string[] Hosts = ["ip", "address"];

    /// <summary>False for any other shape, such as an address that has its port.</summary>
    public static bool TryRead(JsonElement value, out EndpointReading reading)
    {
        reading = default;
        if (value.WholeNumber("port") is not { } port)
            return false;
        var named = Array.Find(Hosts, name => value.Text(name) is not null);
        if (named is null || value.Member("Host") is not null || !HostName.TryNormalize(value.Text(named)!, out var host))
            return false;
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        reading = EndpointReading.Of(
            string.Create(CultureInfo.InvariantCulture, $"{bracketed}:{port}"), JsonMetadata.Read(value, "metadata").ToShared());
        return true;
    }
}
