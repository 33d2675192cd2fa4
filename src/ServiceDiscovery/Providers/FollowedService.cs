using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Interceptors.ServiceDiscovery;

/// <summary>What a registry says of one service, with a token that fires when that changes.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token sources have no timer, so there is nothing to free.")]
internal sealed partial class FollowedService
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEndpointSource _source;
    private readonly Action<FollowedService> _leave;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly BackgroundLoop _loop;
    private CancellationTokenSource _changed = new();
    private volatile EndpointSnapshot? _latest;
    private bool _isFailing;

    public FollowedService(IEndpointSource source, string name, Action<FollowedService> leave, ILogger logger, TimeProvider time)
    {
        Name = name;
        _source = source;
        _leave = leave;
        _logger = logger;
        _time = time;
        _loop = BackgroundLoop.Start(FollowAsync);
    }

    public string Name { get; }

    /// <summary>How many follow it; guarded by its owner.</summary>
    public int Followers { get; set; }

    /// <summary>Ends it when nobody follows it; guarded by its owner.</summary>
    public ITimer? Idle { get; set; }

    public ImmutableArray<DiscoveryEndpoint> Endpoints => _latest?.Endpoints ?? [];

    /// <summary>Fires when the endpoints are others, and when the service is no longer followed.</summary>
    public IChangeToken ChangeToken => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Waits until the registry has answered, or has said that it can't, or the time is up.</summary>
    public async Task WaitForAnswerAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _answered.Task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogNoAnswer(_logger, Name, timeout);
        }
    }

    public void Leave() => _leave(this);

    public async Task StopAsync()
    {
        await _loop.StopAsync().ConfigureAwait(false);
        Fire();
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), _time);
        while (true)
        {
            backoff.AttemptStarts();
            try
            {
                await foreach (var snapshot in _source.WatchAsync(Name, stop).ConfigureAwait(false))
                    Take(snapshot);
                // The source was disposed.
                _answered.TrySetResult();
                return;
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                // No source may throw; one of a user's own may nevertheless.
                if (!_isFailing)
                    LogSourceFailed(_logger, Name, exception);
                _isFailing = true;
            }

            await Task.Delay(backoff.Next(), _time, stop).ConfigureAwait(false);
        }
    }

    private void Take(EndpointSnapshot snapshot)
    {
        var before = _latest;
        _latest = snapshot;
        _isFailing = false;
        // A stale empty list is the answer that there is none yet. It is not awaited either: whoever looks up is told later.
        if (before is null || !before.Endpoints.SequenceEqual(snapshot.Endpoints))
        {
            LogChanged(_logger, Name, snapshot.Endpoints.Length);
            Fire();
        }

        _answered.TrySetResult();
    }

    private void Fire()
    {
        try
        {
            Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
        }
        catch (AggregateException exception)
        {
            LogListenerFailed(_logger, Name, exception);
        }
    }
}
