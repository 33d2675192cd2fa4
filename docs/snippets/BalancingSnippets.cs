using Demo;
using Interceptors.Discovery;

namespace Interceptors.Snippets;

internal static class BalancingSnippets
{
    internal static void Add(IServiceCollection services, DiscoveryChannelOptions o, Func<double?> poolUse)
    {
        #region policy
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o =>
        {
            o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest;
            o.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 5 };
        });
        #endregion
        #region pick-first
        o.LoadBalancingPolicy = LoadBalancingPolicies.PickFirst;
        o.Balancing.ShuffleAddressList = true;
        #endregion
        #region round-robin
        o.LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin;
        #endregion
        #region weighted-round-robin
        o.LoadBalancingPolicy = LoadBalancingPolicies.WeightedRoundRobin;
        services.AddServiceRegistration("greeter", registration => registration.Weight = 50); // on the server
        #endregion
        #region least-request
        o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest;
        o.Balancing.ChoiceCount = 2;
        #endregion
        #region load-reports
        services.AddLoadReports(reports => reports.ApplicationUtilization = poolUse); // on the server
        #endregion
        #region subset
        o.Balancing.Subset = new SubsetOptions { Size = 20 };
        #endregion
        #region health-checking
        o.Balancing.HealthChecking = new HealthCheckingOptions { ServiceName = "demo.Greeter" };
        #endregion
        #region outlier-ejection
        o.Balancing.OutlierEjection = new OutlierEjectionOptions
        {
            ConsecutiveErrors = 5,
            SuccessRate = new SuccessRateOptions(),
        };
        #endregion
        #region zones
        o.Balancing.Zone = new ZoneOptions { Local = "north" };
        #endregion
        #region slow-start
        o.Balancing.SlowStart = new SlowStartOptions { Window = TimeSpan.FromMinutes(1) };
        #endregion
    }
}
