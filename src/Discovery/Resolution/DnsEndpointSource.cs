using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// The addresses (A and AAAA) of a name, looked up at an interval and when an endpoint is lost. The "service" is <c>host:port</c>; the
/// name stays what calls say in <c>:authority</c> and what a certificate must have.
/// </summary>
/// <param name="interval">How often it is looked up.</param>
/// <param name="defaultPort">The port of a name without one.</param>
/// <param name="time">The clock.</param>
/// <param name="lookup">Looks names up.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asks for has nothing to free.")]
internal sealed class DnsEndpointSource(TimeSpan interval, int defaultPort, TimeProvider time, HostLookup lookup)
    : IEndpointSource, IRefreshable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _refresh = new(0, 1);

    public void Refresh(string service)
    {
        try
        {
            _refresh.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been asked for already.
        }
    }

    public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = DiscoveryEndpoint.TryParse(service, out var withPort) ? withPort : new DiscoveryEndpoint(service, defaultPort);
        var last = EndpointSnapshot.OfSorted(TargetScheme.Dns, []);
        while (true)
        {
            string? problem = null;
            try
            {
                var addresses = await lookup(name.Host, cancellationToken).ConfigureAwait(false);
                last = EndpointSnapshot.Create(TargetScheme.Dns, addresses.Select(a => new DiscoveryEndpoint(a.ToString(), name.Port)));
            }
            catch (SocketException exception)
            {
                problem = $"'{name.Host}' could not be looked up: {exception.Message}";
            }

            yield return problem is null ? last : last.AsStale(time.GetUtcNow(), problem);
            await Task.Delay(ShortestPause < interval ? ShortestPause : interval, time, cancellationToken).ConfigureAwait(false);
            await _refresh.WaitAsync(interval, cancellationToken).ConfigureAwait(false);
        }
    }
}
