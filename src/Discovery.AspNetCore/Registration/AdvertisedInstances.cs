namespace Interceptors.Discovery.AspNetCore;

/// <summary>The instances of one service that a host registers.</summary>
internal static class AdvertisedInstances
{
    /// <summary>Empty if the server listens on no TCP port.</summary>
    /// <exception cref="InvalidOperationException">It can't be decided; the message names the option that decides it.</exception>
    public static IReadOnlyList<ServiceInstance> From(string service, ServiceRegistrationOptions options, IEnumerable<string> bound)
    {
        var endpoints = new AdvertisedEndpoints(service, options, HostNetwork.OfThisMachine()).From(bound);
        var id = options.RandomId ? Guid.NewGuid().ToString("n") : options.Id;
        return [.. endpoints.Select(e => new ServiceInstance(service, e, id is null || endpoints.Count == 1 ? id : $"{id}:{e.Port}"))];
    }
}
