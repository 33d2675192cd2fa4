using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery;

/// <summary>Follows the endpoints of services in etcd. Thread safe.</summary>
public sealed class EtcdEndpointSource : IEndpointSource, IAsyncDisposable, IDisposable
{
    private readonly EtcdClient _client;
    private readonly bool _ownsClient;
    private readonly SharedWatches _watches;

    /// <summary>Makes a source. Nothing is sent before the first <see cref="WatchAsync"/>.</summary>
    /// <param name="options">How to reach etcd. Not to be changed afterwards.</param>
    /// <param name="loggerFactory">Where to log to. Default: nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is wrong; the message says which
    /// and what to do.</exception>
    public EtcdEndpointSource(EtcdOptions options, ILoggerFactory? loggerFactory = null)
        : this(EtcdConnection.Open(options, loggerFactory), ownsClient: true, loggerFactory)
    {
    }

    internal EtcdEndpointSource(EtcdClient client, bool ownsClient, ILoggerFactory? loggerFactory, DiscoveryMetrics? metrics = null)
    {
        _client = client;
        _ownsClient = ownsClient;
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EtcdEndpointSource>();
        var format = new ServiceFormats(client.Options);
        var counted = metrics ?? new DiscoveryMetrics(followed: null, factory: null);
        _watches = new SharedWatches((service, latest, stop) =>
            new EtcdServiceWatch(client, format, service, latest, counted, logger).RunAsync(stop));
    }

    internal int ActiveWatches => _watches.Count;

    /// <inheritdoc/>
    public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken)
    {
        ServiceName.ThrowIfInvalid(service, nameof(service));
        return _watches.ReadAsync(service, cancellationToken);
    }

    /// <summary>Ends all streams and watches, without waiting for them.</summary>
    public void Dispose()
    {
        _watches.Stop();
        if (_ownsClient)
            _client.Dispose();
    }

    /// <summary>Ends all streams and watches, and waits until they have ended.</summary>
    /// <returns>A task that completes then.</returns>
    public async ValueTask DisposeAsync()
    {
        await _watches.DisposeAsync().ConfigureAwait(false);
        if (_ownsClient)
            _client.Dispose();
    }
}
