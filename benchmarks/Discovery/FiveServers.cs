using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>Five addresses of a server in another process, which answer after the same time unless one of them is told to differ.</summary>
internal sealed class FiveServers(ServerProcess server)
{
    private const int Milliseconds = 5;

    private static readonly string[] Addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];

    public static string Odd => Addresses[^1];

    public static WaitRequest AllAlike { get; } = new() { Milliseconds = Milliseconds };

    public static WaitRequest OneSlow { get; } =
        new() { Milliseconds = Milliseconds, OddAddress = Odd, OddMilliseconds = 50 * Milliseconds };

    public static WaitRequest OneFails { get; } = new() { Milliseconds = Milliseconds, OddAddress = Odd, OddFails = true };

    /// <summary>What has a channel of its own to them, at <c>memory:///bench</c>.</summary>
    public DiscoveryChannelFactory Connect()
    {
        var registry = new InMemoryServiceRegistry();
        foreach (var address in Addresses)
            registry.Register(new ServiceInstance("bench", new DiscoveryEndpoint(address, server.PortOf(ServerKinds.Bare))));
        return DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
    }
}
