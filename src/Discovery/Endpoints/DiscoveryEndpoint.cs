using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Interceptors.Discovery;

/// <summary>
/// Where one instance of a service can be reached. Immutable. Two endpoints are equal if their address and metadata are, and
/// with it weight, zone, version and tags, which stand in the metadata.
/// </summary>
public sealed class DiscoveryEndpoint : IEquatable<DiscoveryEndpoint>
{
    /// <summary>The weight of an endpoint that says none, as in Kratos and dubbo-go: 100.</summary>
    public const int DefaultWeight = 100;

    private readonly ImmutableSortedDictionary<string, string> _metadata;

    /// <summary>Makes an endpoint.</summary>
    /// <param name="host">A host name, an IPv4 address, or an IPv6 address with or without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="metadata">What else is known about the endpoint. Copied. Default: nothing.</param>
    /// <exception cref="ArgumentException">The host is empty or holds a character that no host has.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is not between 1 and 65535.</exception>
    public DiscoveryEndpoint(string host, int port, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (!HostName.TryNormalize(host, out var normalized))
            throw new ArgumentException($"'{host}' is not a host: give a name or an IP address, without scheme and port.", nameof(host));
        if (port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is between 1 and 65535.");

        Host = normalized;
        Port = port;
        Address = string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{port}");
        _metadata = metadata is null or { Count: 0 }
            ? ImmutableSortedDictionary<string, string>.Empty
            : metadata.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var hasNumber = int.TryParse(Text(EndpointMetadata.Weight), NumberStyles.None, CultureInfo.InvariantCulture, out var weight);
        HasWeight = hasNumber && weight > 0;
        Weight = HasWeight ? weight : DefaultWeight;
        Tags = Text(EndpointMetadata.Tags) is { } tags
            ? [.. tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];
        HasTls = Text(EndpointMetadata.Scheme) switch { "grpcs" or "https" => true, "grpc" or "http" => false, _ => null };
    }

    private DiscoveryEndpoint(string unixSocketPath)
    {
        Host = "localhost";
        UnixSocketPath = unixSocketPath;
        Address = $"unix://{unixSocketPath}";
        _metadata = ImmutableSortedDictionary<string, string>.Empty;
        Weight = DefaultWeight;
        Tags = [];
    }

    /// <summary>The host name in lower case, or the IP address. An IPv6 address stands without brackets here.</summary>
    public string Host { get; }

    /// <summary>The path of the Unix domain socket; null for an endpoint with a host and a port.</summary>
    public string? UnixSocketPath { get; }

    /// <summary>The TCP port, 1 to 65535; 0 for a Unix domain socket.</summary>
    public int Port { get; }

    /// <summary><c>host:port</c>, an IPv6 address in brackets: <c>10.0.0.1:80</c>, <c>[::1]:80</c>.</summary>
    public string Address { get; }

    /// <summary>What else is known about the endpoint, by key. Immutable; empty if nothing is.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>
    /// How large a share of the calls it takes, compared with the weights of the others; at least 1. From
    /// <see cref="EndpointMetadata.Weight"/>. Default, also for what is not a positive whole number: <see cref="DefaultWeight"/>.
    /// </summary>
    public int Weight { get; }

    /// <summary>Where it stands, for example a data centre. From <see cref="EndpointMetadata.Zone"/>. Default: null, not known.</summary>
    public string? Zone => Text(EndpointMetadata.Zone);

    /// <summary>Which version of the service it is. From <see cref="EndpointMetadata.Version"/>. Default: null, not known.</summary>
    public string? Version => Text(EndpointMetadata.Version);

    /// <summary>
    /// Words that set it apart, for example <c>canary</c>, in the order in which they were given. From
    /// <see cref="EndpointMetadata.Tags"/>, where commas separate them. Default: empty.
    /// </summary>
    public ImmutableArray<string> Tags { get; }

    /// <summary>Whether it says a weight of its own.</summary>
    internal bool HasWeight { get; }

    /// <summary>Whether it takes TLS only, or none; null if it does not say.</summary>
    internal bool? HasTls { get; }

    /// <summary>An endpoint on this machine, behind a Unix domain socket.</summary>
    /// <param name="path">The absolute path of the socket.</param>
    /// <returns>
    /// The endpoint, without metadata. Its <see cref="Host"/> is <c>localhost</c>, its <see cref="Address"/> <c>unix:///path</c>.
    /// </returns>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public static DiscoveryEndpoint OfUnixSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path[0] != '/')
            throw new ArgumentException($"'{path}' is not an absolute path. Give one such as /run/user.sock.", nameof(path));
        return new DiscoveryEndpoint(path);
    }

    /// <summary>Reads <c>host:port</c>.</summary>
    /// <param name="address">For example <c>10.0.0.1:80</c>, <c>user.internal:80</c> or <c>[::1]:80</c>.</param>
    /// <returns>The endpoint, without metadata.</returns>
    /// <exception cref="FormatException">The text is not <c>host:port</c>; the message says what is wrong with it.</exception>
    public static DiscoveryEndpoint Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Read(address, out var endpoint) is { } problem
            ? throw new FormatException(
                $"'{address}' is not an endpoint: {problem}. Expected host:port, for example 10.0.0.1:80 or [::1]:80.")
            : endpoint!;
    }

    /// <summary>Reads <c>host:port</c> like <see cref="Parse"/>, without throwing.</summary>
    /// <param name="address">The text to read.</param>
    /// <param name="endpoint">The endpoint, without metadata; null if the text is not one.</param>
    /// <returns>Whether the text is an endpoint.</returns>
    public static bool TryParse([NotNullWhen(true)] string? address, [NotNullWhen(true)] out DiscoveryEndpoint? endpoint)
    {
        endpoint = null;
        return address is not null && Read(address, out endpoint) is null && endpoint is not null;
    }

    /// <inheritdoc/>
    public bool Equals(DiscoveryEndpoint? other) =>
        ReferenceEquals(this, other) || (other is not null && Address == other.Address && _metadata.SequenceEqual(other._metadata));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DiscoveryEndpoint);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode(StringComparison.Ordinal);

    /// <summary>The <see cref="Address"/>.</summary>
    /// <returns>The <see cref="Address"/>.</returns>
    public override string ToString() => Address;

    /// <summary>What is wrong with the text; null if nothing is.</summary>
    internal static string? Read(string text, out DiscoveryEndpoint? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text[^1] == ']')
            return "it has no port";
        var host = text[..colon];
        if (host.Length == 0)
            return "it has no host";
        if (host.Contains("://", StringComparison.Ordinal))
            return "it has a scheme";
        if (host[0] != '[' && host.Contains(':') && IPAddress.TryParse(host, out _))
            return "an IPv6 address needs brackets";
        if (!HostName.TryNormalize(host, out var normalized))
            return "its host is not a name and not an IP address";
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > IPEndPoint.MaxPort)
            return "its port is not a number between 1 and 65535";
        endpoint = new DiscoveryEndpoint(normalized, port);
        return null;
    }

    private string? Text(string key) => _metadata.TryGetValue(key, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
