using Interceptors.Discovery;
using Interceptors.Soak.Servers;

namespace Interceptors.Soak.Clients;

/// <summary>What the list of servers is to be, and whether it comes to that.</summary>
internal static class ServerList
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Waits until the list is up to date and holds just these addresses.</summary>
    /// <exception cref="SoakException">It does not come to that.</exception>
    public static async Task WaitForAsync(this IEndpointSource source, IReadOnlyCollection<string> addresses, CancellationToken stop)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(Patience);
        EndpointSnapshot? last = null;
        try
        {
            await foreach (var snapshot in source.WatchAsync(TargetServer.Service, bound.Token))
            {
                last = snapshot;
                if (!snapshot.IsStale && addresses.ToHashSet().SetEquals(snapshot.Endpoints.Select(e => e.Address)))
                    return;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new SoakException($"the list is not {string.Join(", ", addresses.Order())} within {Patience.TotalSeconds} s, but {last}");
        }
    }

    /// <summary>Waits until etcd itself says that it holds just these addresses.</summary>
    /// <exception cref="SoakException">It does not come to that.</exception>
    public static async Task WaitForAsync(IEnumerable<string> etcd, IReadOnlyCollection<string> addresses, CancellationToken stop)
    {
        var options = new EtcdOptions();
        foreach (var endpoint in etcd)
            options.Endpoints.Add(endpoint);
        await using var source = new EtcdEndpointSource(options);
        await source.WaitForAsync(addresses, stop);
    }
}
