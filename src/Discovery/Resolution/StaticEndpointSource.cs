using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>A list that never changes: <c>10.0.0.1:80,10.0.0.2:80</c>.</summary>
internal sealed class StaticEndpointSource : IEndpointSource
{
    /// <summary>The list is the "service" that is asked for.</summary>
    public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return EndpointSnapshot.Create(TargetScheme.Static, service.Split(',').Select(DiscoveryEndpoint.Parse));
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
    }
}
