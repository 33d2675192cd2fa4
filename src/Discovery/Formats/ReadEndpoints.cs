namespace Interceptors.Discovery;

/// <summary>Collects the endpoints of one value. One that can't be used costs neither the others nor the value.</summary>
internal sealed class ReadEndpoints
{
    private readonly List<DiscoveryEndpoint> _endpoints = [];
    private string? _problem;

    public void Add(string? address, IReadOnlyDictionary<string, string> metadata)
    {
        DiscoveryEndpoint? bare = null;
        var problem = string.IsNullOrWhiteSpace(address) ? "it has no address" : AddressProblem(address.Trim(), out bare);
        if (bare is null)
            Skip(problem ?? "it has no address");
        else if (_endpoints.TrueForAll(known => known.Address != bare.Address))
            _endpoints.Add(metadata.Count == 0 ? bare : new DiscoveryEndpoint(bare.Host, bare.Port, metadata));
    }

    /// <summary>Only the first problem is kept: it is for people, who mend the value as a whole.</summary>
    public void Skip(string problem) => _problem ??= problem;

    public EndpointReading ToReading() => new(_endpoints, _problem);

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
