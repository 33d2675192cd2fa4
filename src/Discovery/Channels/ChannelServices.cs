using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What grpc-dotnet asks for when it makes a channel: the resolvers, and nothing else of ours.</summary>
internal sealed class ChannelServices(ResolverFactory[] resolvers) : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(IEnumerable<ResolverFactory>) ? resolvers : null;
}
