using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>A server each of whose calls uses a share of a second of what it has, and that says so.</summary>
internal sealed class CostlyServer : IAsyncDisposable
{
    private readonly Backend _backend;
    private int _before;

    private CostlyServer(Backend backend) => _backend = backend;

    /// <summary>Calls since it was last restarted.</summary>
    public int Calls => _backend.Calls - _before;

    public static async Task<CostlyServer> StartAsync(InMemoryServiceRegistry registry, double cost)
    {
        Backend? backend = null;
        var (calls, measured) = (0, TimeProvider.System.GetTimestamp());
        backend = await Backend.StartAsync(services => services
            .AddInMemoryDiscovery(registry)
            .AddServiceRegistration("user", o => o.DrainTime = TimeSpan.Zero)
            .AddLoadReports(o =>
            {
                o.Interval = TimeSpan.FromMilliseconds(200);
                o.ApplicationUtilization = () =>
                {
                    var now = TimeProvider.System.GetTimestamp();
                    var used = (backend!.Calls - calls) * cost / TimeProvider.System.GetElapsedTime(measured, now).TotalSeconds;
                    (calls, measured) = (backend.Calls, now);
                    return used;
                };
            }));
        return new CostlyServer(backend);
    }

    public void Restart() => _before = _backend.Calls;

    public ValueTask DisposeAsync() => _backend.DisposeAsync();
}
