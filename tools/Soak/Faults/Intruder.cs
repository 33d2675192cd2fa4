using Interceptors.Discovery;
using Interceptors.Soak.Servers;

namespace Interceptors.Soak.Faults;

/// <summary>Another process that registers itself as the service, under an id and an address of its choice.</summary>
internal sealed class Intruder : IAsyncDisposable
{
    private readonly EtcdServiceRegistry _registry;
    private readonly IServiceRegistration _registration;

    public Intruder(IEnumerable<string> etcd, string id, int port)
    {
        var options = new EtcdOptions();
        foreach (var endpoint in etcd)
            options.Endpoints.Add(endpoint);
        _registry = new EtcdServiceRegistry(options);
        _registration = _registry.Register(new ServiceInstance(TargetServer.Service, new DiscoveryEndpoint("127.0.0.1", port), id));
    }

    /// <summary>Whether it stands in the list.</summary>
    public bool IsRegistered => _registration.State == RegistrationState.Registered;

    public ValueTask DisposeAsync() => _registry.DisposeAsync();
}
