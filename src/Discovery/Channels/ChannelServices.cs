using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What grpc-dotnet asks for when it makes a channel: the resolvers and the balancers, and nothing else of ours.</summary>
internal sealed class ChannelServices(ResolverFactory[] resolvers, LoadBalancerFactory[] balancers) : IServiceProvider
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(IEnumerable<ResolverFactory>) ? resolvers
        : serviceType == typeof(IEnumerable<LoadBalancerFactory>) ? balancers
        : null;
}
