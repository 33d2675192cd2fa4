using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>What a value holds: endpoints, or a reason why not, or both if only a part of it can be read.</summary>
/// <param name="Endpoints">None if the instance is there but takes no calls, or belongs to another service.</param>
/// <param name="Problem">What can't be read and why, without repeating the value; null if nothing is wrong.</param>
public readonly record struct EndpointReading(IReadOnlyList<DiscoveryEndpoint> Endpoints, string? Problem = null)
{
    /// <summary>No endpoint, and nothing wrong.</summary>
    public static EndpointReading None { get; } = new([]);

    /// <summary>No endpoint, because the value can't be read.</summary>
    /// <param name="problem">Why, for people to read: <c>it has no address</c>. It is logged with the key.</param>
    /// <returns>The reading.</returns>
    public static EndpointReading Unreadable(string problem) => new([], problem);

    internal static EndpointReading Of(string? address, ImmutableSortedDictionary<string, string> metadata)
    {
        var endpoints = new EndpointCollector();
        endpoints.Add(address, metadata);
        return endpoints.ToReading();
    }
}
