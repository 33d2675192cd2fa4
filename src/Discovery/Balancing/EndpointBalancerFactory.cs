using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>Makes the balancers of one policy.</summary>
internal sealed class EndpointBalancerFactory(string policy, BalancingContext context) : LoadBalancerFactory
{
    public override string Name => policy;

    // Must not throw: it is called in the middle of a resolver's report, which would be lost, and calls would hang.
    public override LoadBalancer Create(LoadBalancerOptions options) => new EndpointBalancer(policy, context, options);
}
