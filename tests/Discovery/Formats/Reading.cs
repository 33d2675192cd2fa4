using Google.Protobuf;

namespace Interceptors.Discovery.Tests;

/// <summary>A reading as one line: <c>10.0.0.1:80 {zone=a} | 10.0.0.2:80 !why not all</c>, so that tables can be compared.</summary>
internal static class Reading
{
    public static string Read(this IEndpointFormat format, string value, string service = "user") =>
        Line(format.Read(service, ByteString.CopyFromUtf8(value)));

    public static string Line(EndpointReading reading)
    {
        var endpoints = string.Join(" | ", reading.Endpoints.Select(Line));
        return reading.Problem is { } problem ? $"{endpoints}!{problem}" : endpoints;
    }

    public static Dictionary<string, string> Metadata(params (string Key, string Value)[] entries) =>
        entries.ToDictionary(e => e.Key, e => e.Value);

    private static string Line(DiscoveryEndpoint endpoint) => endpoint.Metadata.Count == 0
        ? endpoint.Address
        : $"{endpoint.Address} {{{string.Join(",", endpoint.Metadata.Select(m => $"{m.Key}={m.Value}"))}}}";
}
