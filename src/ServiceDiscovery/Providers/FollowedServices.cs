using Interceptors.Discovery;
using Microsoft.Extensions.Logging;

namespace Interceptors.ServiceDiscovery;

/// <summary>The services of one registry that are looked up, each followed once. Thread safe.</summary>
internal sealed class FollowedServices(IEndpointSource source, TimeSpan idleTimeout, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FollowedService> _services = new(StringComparer.Ordinal);
    private bool _disposed;

    public int Count
    {
        get
        {
            lock (_lock)
                return _services.Count;
        }
    }

    /// <summary>One more follows the service; to be left with <see cref="FollowedService.Leave"/>.</summary>
    public FollowedService Enter(string name)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_services.TryGetValue(name, out var service))
                _services.Add(name, service = new FollowedService(source, name, Leave, logger, time));
            service.Followers++;
            service.Idle?.Dispose();
            service.Idle = null;
            return service;
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<FollowedService> left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _services.Values];
            _services.Clear();
        }

        foreach (var service in left)
            await StopAsync(service).ConfigureAwait(false);
    }

    private void Leave(FollowedService service)
    {
        lock (_lock)
        {
            // A look-up is dropped after some seconds without use while others still hold its endpoints and wait for their change,
            // YARP for one. So the service is followed for longer.
            if (--service.Followers == 0 && !_disposed)
                service.Idle = EndLater(service);
        }
    }

    private ITimer EndLater(FollowedService service)
    {
        // The timer must not carry the AsyncLocals of the call that happens to start it.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(_ => End(service), state: null, idleTimeout, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            flow?.Undo();
        }
    }

    private void End(FollowedService service)
    {
        lock (_lock)
        {
            if (_disposed || service.Followers > 0 || !_services.Remove(service.Name))
                return;
        }

        _ = StopAsync(service);
    }

    private static async Task StopAsync(FollowedService service)
    {
        if (service.Idle is { } idle)
            await idle.DisposeAsync().ConfigureAwait(false);
        await service.StopAsync().ConfigureAwait(false);
    }
}
