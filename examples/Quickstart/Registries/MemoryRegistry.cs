using Interceptors.Discovery;
using Quickstart.Narration;

namespace Quickstart.Registries;

/// <summary>The registry in memory that all servers and clients of this process share.</summary>
internal sealed class MemoryRegistry(Narrator narrator) : Registry(narrator)
{
    private readonly InMemoryServiceRegistry _registry = new();

    protected override IEndpointSource Source => _registry;

    public override string TargetOf(string service) => $"memory:///{service}";

    public override void AddTo(IServiceCollection services) => services.AddInMemoryDiscovery(_registry);
}
