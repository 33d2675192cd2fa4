using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>Collects the endpoints of one value. One that can't be used is skipped; the others count.</summary>
internal sealed class EndpointCollector
{
    /// <summary>No real value comes near it: a value is one instance, with a few protocols.</summary>
    public const int MaxEndpoints = 256;

    private readonly Dictionary<string, DiscoveryEndpoint> _endpoints = new(StringComparer.Ordinal);
    private string? _problem;

    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="metadata">Shared by all endpoints that it is given for.</param>
    /// <exception cref="ValueLimitException">There are too many.</exception>
    public void Add(string? address, ImmutableSortedDictionary<string, string> metadata)
    {
        DiscoveryEndpoint? bare = null;
        var problem = string.IsNullOrWhiteSpace(address) ? "it has no address" : AddressProblem(address.Trim(), out bare);
        if (bare is null)
        {
            Skip(problem ?? "it has no address");
            return;
        }

        if (_endpoints.Count == MaxEndpoints && !_endpoints.ContainsKey(bare.Address))
            throw new ValueLimitException($"it has more than {MaxEndpoints} endpoints");
        _endpoints.TryAdd(bare.Address, metadata.IsEmpty ? bare : new DiscoveryEndpoint(bare.Host, bare.Port, metadata));
    }

    /// <summary>Only the first problem is kept: it is for people, who mend the value as a whole.</summary>
    public void Skip(string problem) => _problem ??= problem;

    public EndpointReading ToReading() => new([.. _endpoints.Values], _problem);

    private static string? AddressProblem(string address, out DiscoveryEndpoint? endpoint)
    {
        if (DiscoveryEndpoint.Read(address, out endpoint) is { } problem)
            return $"its address is not host:port: {problem}";
        if (!HostName.IsWildcard(endpoint!.Host))
            return null;
        endpoint = null;
        return "its address means every address of some machine, which nobody can call";
    }
}
