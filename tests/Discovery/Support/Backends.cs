namespace Interceptors.Discovery.Tests;

/// <summary>Several backends, each registered as <c>user</c>.</summary>
internal sealed class Backends : IAsyncDisposable
{
    private readonly List<IServiceRegistration> _registrations = [];

    public List<Backend> All { get; } = [];

    public static async Task<Backends> StartAsync(IServiceRegistry registry, int count)
    {
        var backends = new Backends();
        for (var i = 0; i < count; i++)
        {
            var backend = await Backend.StartAsync();
            backends.All.Add(backend);
            var registration = registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(backend.Address)));
            backends._registrations.Add(registration);
            await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        }

        return backends;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var registration in _registrations)
            await registration.DisposeAsync();
        foreach (var backend in All)
            await backend.DisposeAsync();
    }
}
