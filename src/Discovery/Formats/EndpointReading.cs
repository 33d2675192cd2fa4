namespace Interceptors.Discovery;

/// <summary>What a value holds: endpoints, or a reason why not, or both if only a part of it can be read.</summary>
/// <param name="Endpoints">None if the instance is there but takes no calls, or belongs to another service.</param>
/// <param name="Problem">What can't be read and why, without repeating the value; null if nothing is wrong.</param>
internal readonly record struct EndpointReading(IReadOnlyList<DiscoveryEndpoint> Endpoints, string? Problem = null)
{
    public static EndpointReading None { get; } = new([]);

    public static EndpointReading Unreadable(string problem) => new([], problem);

    public static EndpointReading Of(string? address, Dictionary<string, string> metadata)
    {
        var endpoints = new ReadEndpoints();
        endpoints.Add(address, metadata);
        return endpoints.ToReading();
    }
}
