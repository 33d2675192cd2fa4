namespace Interceptors.Discovery;

/// <summary>One running instance of a service, as it is registered. Immutable.</summary>
public sealed class ServiceInstance
{
    /// <summary>Describes an instance.</summary>
    /// <param name="service">The name of the service, for example <c>user</c> or <c>team/user</c>.</param>
    /// <param name="endpoint">Where other machines reach it. Not a wildcard such as <c>0.0.0.0</c>.</param>
    /// <param name="id">
    /// What tells it from the other instances of the service; the last part of its key. An instance that comes back under its
    /// old id takes its old place. Default: the address of <paramref name="endpoint"/>.
    /// </param>
    /// <exception cref="ArgumentException">The name, the id or the host can't be registered; the message says why.</exception>
    public ServiceInstance(string service, DiscoveryEndpoint endpoint, string? id = null)
    {
        ServiceName.ThrowIfInvalid(service, nameof(service));
        ArgumentNullException.ThrowIfNull(endpoint);
        if (HostName.IsWildcard(endpoint.Host))
            throw new ArgumentException(
                $"'{endpoint.Address}' means every address of this machine; register one that other machines can call.", nameof(endpoint));
        id ??= endpoint.Address;
        if (!ServiceName.IsValidPart(id))
            throw new ArgumentException($"'{id}' is not an instance id: give letters, digits and . _ ~ @ : + -, no slash.", nameof(id));

        Service = service;
        Endpoint = endpoint;
        Id = id;
    }

    /// <summary>The name of the service.</summary>
    public string Service { get; }

    /// <summary>What tells the instance from the others of its service.</summary>
    public string Id { get; }

    /// <summary>Where other machines reach it, with its metadata.</summary>
    public DiscoveryEndpoint Endpoint { get; }

    /// <summary>The same instance with other metadata.</summary>
    internal ServiceInstance With(IReadOnlyDictionary<string, string> metadata) =>
        new(Service, new DiscoveryEndpoint(Endpoint.Host, Endpoint.Port, metadata), Id);

    /// <summary>Service, id and address, for people to read.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Id == Endpoint.Address ? $"{Service}/{Id}" : $"{Service}/{Id} at {Endpoint.Address}";
}
