using Demo;
using Interceptors.Discovery;

namespace Interceptors.Snippets;

internal static class DiscoverySnippets
{
    internal static void Register(WebApplicationBuilder builder)
    {
        #region register
        builder.Services.AddEtcdDiscovery("http://127.0.0.1:2379");
        builder.Services.AddServiceRegistration("user");
        #endregion
    }

    internal static async Task SourceAsync(IServiceCollection services)
    {
        #region own-source
        services.AddEndpointSource("consul", provider => new ConsulSource()); // before AddDiscoveryClient
        services.AddDiscoveryClient<Greeter.GreeterClient>("consul:///user");
        #endregion
        #region own-source-plain
        await using var discovery = DiscoveryChannelFactory.Create(o => o.UseEndpointSource("consul", new ConsulSource()));
        #endregion
    }

    internal static void ServiceDiscovery(IServiceCollection services)
    {
        #region service-discovery
        services.AddEtcdDiscovery("http://127.0.0.1:2379");
        services.AddServiceDiscovery();
        services.AddDiscoveryServiceEndpointProvider(); // HttpClient and YARP: https+http://user is the service user in etcd
        services.AddServiceDiscoveryEndpointSource(); // channels: sd:///user is what .NET's providers resolve
        #endregion
    }

    internal static void LoadReports(WebApplicationBuilder builder, Func<double?> poolUse)
    {
        #region load-reports
        builder.Services.AddLoadReports(); // reports the CPU of the process
        builder.Services.AddLoadReports(o => o.ApplicationUtilization = poolUse); // or what you measure
        #endregion
    }

    internal static void Naming(WebApplicationBuilder builder)
    {
        #region etcd-naming
        builder.Services.AddEtcdDiscovery("http://127.0.0.1:2379", o => o.Format = EndpointFormat.EtcdNaming);
        builder.Services.AddServiceRegistration("user", o => o.Weight = 7);
        #endregion
    }

    internal static void Page(WebApplication app)
    {
        #region page
        app.MapDiscoveryPage("/discovery").RequireAuthorization("operators");
        #endregion
    }

    internal static void Inspect(IServiceProvider provider)
    {
        #region inspect
        IReadOnlyList<TargetInspection> targets = provider.GetRequiredService<DiscoveryChannelFactory>().Inspect();
        #endregion
        _ = targets;
    }

    private sealed class ConsulSource : IEndpointSource
    {
        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return EndpointSnapshot.Create(service, [DiscoveryEndpoint.Parse("10.0.0.1:50051")]);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
