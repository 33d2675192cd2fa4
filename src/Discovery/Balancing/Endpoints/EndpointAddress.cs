using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What makes two addresses the same one. DnsEndPoint's own hash makes a string each time.</summary>
internal readonly record struct EndpointAddress(string Host, int Port)
{
    public static EndpointAddress Of(BalancerAddress address) => new(address.EndPoint.Host, address.EndPoint.Port);
}
