using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// One running watch per service, whoever reads it: started for the first reader, stopped after the last one or on dispose.
/// </summary>
/// <param name="watch">Follows one service and publishes until it is cancelled. Never ends otherwise.</param>
internal sealed class SharedWatches(Func<string, LatestValue<EndpointSnapshot>, CancellationToken, Task> watch) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Shared> _watches = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>How many services are being followed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _watches.Count;
        }
    }

    public async IAsyncEnumerable<EndpointSnapshot> ReadAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shared = Enter(service);
        try
        {
            await foreach (var snapshot in shared.Latest.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return snapshot;
        }
        finally
        {
            if (Leave(service, shared))
                await shared.Loop.StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends all streams and stops all watches, without waiting for them.</summary>
    public List<BackgroundLoop> Stop()
    {
        List<Shared> left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _watches.Values];
            _watches.Clear();
        }

        foreach (var shared in left)
        {
            shared.Latest.Complete();
            shared.Loop.Stop();
        }

        return left.ConvertAll(shared => shared.Loop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in Stop())
            await loop.StopAsync().ConfigureAwait(false);
    }

    private Shared Enter(string service)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IEndpointSource));
            if (!_watches.TryGetValue(service, out var shared))
            {
                var latest = new LatestValue<EndpointSnapshot>();
                shared = new Shared(latest, BackgroundLoop.Start(stop => watch(service, latest, stop)));
                _watches.Add(service, shared);
            }

            shared.Readers++;
            return shared;
        }
    }

    private bool Leave(string service, Shared shared)
    {
        lock (_lock)
            return --shared.Readers == 0 && !_disposed && _watches.Remove(service);
    }

    private sealed class Shared(LatestValue<EndpointSnapshot> latest, BackgroundLoop loop)
    {
        public LatestValue<EndpointSnapshot> Latest { get; } = latest;

        public BackgroundLoop Loop { get; } = loop;

        public int Readers { get; set; }
    }
}
