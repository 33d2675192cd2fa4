using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// A list that never changes: <c>10.0.0.1:80,10.0.0.2:80</c>. In the order in which it is written, which <c>pick_first</c> follows.
/// </summary>
internal sealed class StaticEndpointSource : IEndpointSource
{
    /// <summary>The list is the "service" that is asked for.</summary>
    public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var endpoints = service.Split(',').Select(DiscoveryEndpoint.Parse).DistinctBy(e => e.Address);
        // Never followed by another, so that nobody compares it with one that is sorted.
        yield return EndpointSnapshot.OfSorted(TargetScheme.Static, [.. endpoints]);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
    }
}
