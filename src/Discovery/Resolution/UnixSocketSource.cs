using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>One endpoint, behind a Unix domain socket, whose path is the "service" that is asked for.</summary>
internal sealed class UnixSocketSource : IEndpointSource
{
    public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return EndpointSnapshot.OfSorted(TargetScheme.Unix, ImmutableArray.Create(DiscoveryEndpoint.OfUnixSocket("/" + service)));
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
    }
}
