namespace Interceptors.Discovery.AspNetCore;

/// <summary>Finds the endpoints that clients can call, from the addresses that the server is bound to.</summary>
/// <param name="service">The service, for messages.</param>
/// <param name="options">What was decided about it.</param>
/// <param name="network">What stands for a wildcard.</param>
internal sealed class AdvertisedEndpoints(string service, ServiceRegistrationOptions options, HostNetwork network)
{
    /// <summary>Empty if the server listens on no TCP port.</summary>
    /// <exception cref="InvalidOperationException">It can't be decided; the message names the option that decides it.</exception>
    public IReadOnlyList<DiscoveryEndpoint> From(IEnumerable<string> addresses)
    {
        var bound = addresses.Select(BoundAddress.TryParse).OfType<BoundAddress>().Distinct().ToList();
        return bound.Count == 0 ? [] : [.. Chosen(bound).GroupBy(b => b.Port).Select(EndpointOf)];
    }

    private List<BoundAddress> Chosen(List<BoundAddress> bound)
    {
        var chosen = bound.FindAll(b => (options.Scheme ?? b.Scheme) == b.Scheme && (options.Port ?? b.Port) == b.Port);
        if (chosen.Count == 0)
            throw Undecided(
                $"the server listens on {Listed(bound)}",
                $"Give another {Option(options.Port is null ? nameof(options.Scheme) : nameof(options.Port))}.");
        if (!options.AllPorts && chosen.Exists(b => b.Port != chosen[0].Port))
            throw Undecided(
                $"the server listens on {Listed(chosen)}",
                $"Give the one to register in {Option(nameof(options.Port))} or {nameof(options.Scheme)}, or "
                + $"set {nameof(options.AllPorts)}.");
        return chosen;
    }

    private DiscoveryEndpoint EndpointOf(IEnumerable<BoundAddress> onPort)
    {
        List<BoundAddress> bound = [.. onPort];
        var metadata = AdvertisedMetadata.From(options, isTls: bound.TrueForAll(b => b.Scheme == "https"));
        return new DiscoveryEndpoint(options.AdvertisedHost ?? HostOf(bound), options.AdvertisedPort ?? bound[0].Port, metadata);
    }

    private string HostOf(List<BoundAddress> bound)
    {
        var specific = bound.Where(b => !b.IsWildcard && !b.IsLoopback).Select(b => b.Host).Distinct().ToList();
        if (specific.Count > 1)
            throw Undecided(
                $"the server is bound to {string.Join(" and ", specific)}",
                $"Give the one that clients shall call in {Option(nameof(options.AdvertisedHost))}.");
        if (specific.Count == 1)
            return specific[0];
        return bound.Find(b => !b.IsWildcard) is { } loopback && !bound.Exists(b => b.IsWildcard)
            ? loopback.Host
            : network.FirstAddress() ?? throw Undecided(
                "the server is bound to every address, and this machine has no network interface that other machines could call",
                $"Give {Option(nameof(options.AdvertisedHost))} or the environment variable {HostNetwork.PodIpVariable}.");
    }

    private InvalidOperationException Undecided(string because, string fix) =>
        new($"Service '{service}' can't be registered: {because}. {fix}");

    private static string Option(string name) => $"{nameof(ServiceRegistrationOptions)}.{name}";

    private static string Listed(List<BoundAddress> bound) =>
        "the ports " + string.Join(", ", bound.Select(b => $"{b.Port} ({b.Scheme})").Distinct());
}
