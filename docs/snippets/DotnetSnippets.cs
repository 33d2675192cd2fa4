using Demo;

namespace Interceptors.Snippets;

internal static class DotnetSnippets
{
    internal static void Add(IServiceCollection services)
    {
        #region factory-before
        services.AddGrpcClient<Greeter.GreeterClient>(o => o.Address = new Uri("http://greeter:5001"));
        #endregion
        #region factory-after
        services.AddEtcdDiscovery("http://127.0.0.1:2379");
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter").AddStandardInterceptors();
        #endregion
        #region dns
        services.AddDiscoveryClient<Greeter.GreeterClient>("dns:///greeter-headless:5001");
        #endregion
        #region service-discovery
        services.AddServiceDiscovery();
        services.AddServiceDiscoveryEndpointSource();
        services.AddDiscoveryClient<Greeter.GreeterClient>("sd:///greeter");
        #endregion
        #region http-client
        services.AddEtcdDiscovery("http://127.0.0.1:2379");
        services.AddServiceDiscovery();
        services.AddDiscoveryServiceEndpointProvider();
        services.AddHttpClient("greeter", client => client.BaseAddress = new Uri("https+http://greeter")).AddServiceDiscovery();
        #endregion
    }
}
