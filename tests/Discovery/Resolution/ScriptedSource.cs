using System.Runtime.CompilerServices;

namespace Interceptors.Discovery.Tests;

/// <summary>A source that says what a test wants.</summary>
internal sealed class ScriptedSource : IEndpointSource
{
    private readonly LatestValue<EndpointSnapshot> _latest = new();
    private int _readers;

    public int Readers => Volatile.Read(ref _readers);

    public void Publish(params string[] addresses) => _latest.Publish(Of(addresses));

    public void PublishStale(string reason, params string[] addresses) =>
        _latest.Publish(Of(addresses).AsStale(DateTimeOffset.UtcNow, reason));

    public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            await foreach (var snapshot in _latest.ReadAllAsync(cancellationToken))
                yield return snapshot;
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private static EndpointSnapshot Of(string[] addresses) => EndpointSnapshot.Create("user", addresses.Select(DiscoveryEndpoint.Parse));
}
