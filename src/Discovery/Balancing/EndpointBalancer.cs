using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Discovery;

/// <summary>
/// Balances calls over the endpoints of a target: keeps a connection to each, and picks one of those that can take calls. Here is what the
/// handler and the resolver ask of it; what connections, calls and clocks tell it is in the other part.
/// </summary>
internal sealed partial class EndpointBalancer : IDisposable, ICallRoute
{
    private readonly Lock _lock = new();
    private readonly BalancingContext _context;
    private readonly EndpointList _endpoints;
    private readonly ConcurrentDictionary<EndpointConnection, bool> _retired = new();
    private TaskCompletionSource? _change;
    private string _policy;
    private bool _mustObserveCalls;
    private BalancingConfiguration _configuration;
    private volatile EndpointPlacement _placement;
    private BalancingTimers _timers;
    private Resolution? _resolution;
    private string? _leftOut;
    private volatile LoadReportOptions? _loads;
    private volatile bool _isLoadReported;
    private bool _hasList;
    private bool _isAnyHeld;
    private bool _disposed;

    public EndpointBalancer(string policy, IReadOnlyDictionary<string, object>? configuration, BalancingContext context)
    {
        _policy = policy;
        _context = context;
        _endpoints = new EndpointList(endpoint => new BalancedEndpoint(endpoint, AuthorityOf(endpoint), this));
        _configuration = BalancingConfiguration.Read(policy, configuration, context.Options);
        (_placement, _timers) = Compose();
        context.Metrics?.Opened(this);
    }

    public string Target => _context.Target;

    /// <summary>Whether each call is to be seen to its end.</summary>
    public bool AreCallsObserved => _mustObserveCalls || AreCallsCounted;

    public EndpointCounts Counts
    {
        get
        {
            lock (_lock)
                return _placement.Counts;
        }
    }

    /// <summary>What gRPC calls the state of a channel, once it has been used.</summary>
    public ConnectivityState State
    {
        get
        {
            lock (_lock)
            {
                return _disposed ? ConnectivityState.Shutdown
                    : _placement.Count > 0 ? ConnectivityState.Ready
                    : Failure() is null ? ConnectivityState.Connecting
                    : ConnectivityState.TransientFailure;
            }
        }
    }

    /// <summary>The endpoints that it knows.</summary>
    internal IReadOnlyList<BalancedEndpoint> All
    {
        get
        {
            lock (_lock)
                return _endpoints.All.ToArray();
        }
    }

    /// <summary>An endpoint for a request, if one can take it now.</summary>
    public BalancedEndpoint? TryPick(HttpRequestMessage request) => _placement.Pick(request);

    /// <summary>An endpoint for a request, as soon as one can take it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="waitForReady">Whether to wait where none can be connected.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="EndpointUnavailableException">There is none, and none is being connected; the message says why.</exception>
    public async ValueTask<BalancedEndpoint> PickAsync(HttpRequestMessage request, bool waitForReady, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_placement.Pick(request) is { } endpoint)
                    return endpoint;
                if (_disposed)
                    throw new EndpointUnavailableException("The channel is closed.");
                if (!waitForReady && Failure() is { } failure)
                    throw new EndpointUnavailableException(failure);
                change = NextChange();
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until an endpoint can take calls.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(DiscoveryChannel));
                if (_placement.Count > 0)
                    return;
                change = NextChange();
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over what the resolver has found.</summary>
    public void Update(Resolution resolution)
    {
        List<EndpointConnection> retired = [];
        lock (_lock)
        {
            if (_disposed)
                return;
            _resolution = resolution;
            TakeOver(resolution, retired, areNew: _hasList);
            TellChange();
        }

        Retire(retired);
    }

    /// <summary>Takes another policy over; the connections stay.</summary>
    public void Configure(string policy, IReadOnlyDictionary<string, object>? configuration)
    {
        List<EndpointConnection> retired = [];
        lock (_lock)
        {
            var next = BalancingConfiguration.Read(policy, configuration, _context.Options);
            if (_disposed || (policy == _policy && next == _configuration))
                return;
            if (next.Problem is { } problem)
            {
                LogRefused(_context.Transport.Logger, policy, problem);
                return;
            }

            var health = _configuration.Options.HealthChecking;
            var hadFirst = IsPickFirst;
            (_policy, _configuration) = (policy, next);
            _timers.Dispose();
            (_placement, _timers) = Compose();
            foreach (var endpoint in _endpoints.All)
                Recompose(endpoint, isHealthCheckingNew: health != next.Options.HealthChecking);
            if (hadFirst != IsPickFirst)
                ConnectWhatIsToBe(retired);
            // Another subset, for example. What that brings is new to this client, but no new server that has to warm up.
            if (_resolution is not null)
                TakeOver(_resolution, retired, areNew: false);
            TellChange();
        }

        Retire(retired);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        List<EndpointConnection> retired = [];
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _timers.Dispose();
            foreach (var endpoint in _endpoints.All)
                Disconnect(endpoint, retired);
            TellChange();
        }

        _context.Metrics?.Closed(this);
        foreach (var connection in retired.Concat(_retired.Keys))
            connection.Dispose();
    }

    private (EndpointPlacement Placement, BalancingTimers Timers) Compose()
    {
        var options = _configuration.Options;
        _loads = _policy == LoadBalancingPolicies.WeightedRoundRobin ? options.LoadReports ?? new LoadReportOptions() : null;
        _mustObserveCalls = _policy == LoadBalancingPolicies.LeastRequest || options.OutlierEjection is not null || _loads is not null;
        var outliers = options.OutlierEjection is { } ejection ? new OutlierDetector(ejection, _context.Time, _context.Seed) : null;
        var slowStart = options.SlowStart is { } warmUp ? new SlowStart(warmUp, _context.Time) : null;
        return (
            new EndpointPlacement(EndpointSets.Create(_policy, options, _context), outliers, slowStart, _context),
            new BalancingTimers(_context.Time, slowStart?.Step, OnWarmUp, options.OutlierEjection?.Interval, OnSweep,
                _loads?.CheckedUpdatePeriod, OnWeigh));
    }

    private void Recompose(BalancedEndpoint endpoint, bool isHealthCheckingNew)
    {
        endpoint.LeaveSet();
        _placement.Learn(endpoint, isNew: false);
        if (isHealthCheckingNew && endpoint.IsConnected)
        {
            endpoint.StopWatching();
            OnConnected(endpoint);
        }
    }

    private void TakeOver(Resolution resolution, List<EndpointConnection> retired, bool areNew)
    {
        // Calls fail until there is a configuration that can be used.
        if (_configuration.Problem is not null)
            return;
        IReadOnlyList<DiscoveryEndpoint> listed = OfItsKind(resolution.Endpoints);
        if (_configuration.Options.Subset is { } subset)
            listed = new EndpointSubset(subset.Size, _context.Seed).Of(listed);
        if (IsPickFirst && _configuration.Options.ShuffleAddressList)
            listed = [.. listed.OrderBy(e => EndpointHash.Of(e, _context.Seed))];
        // What is held has been in use: it is never connected for being held.
        var held = resolution.Held.Where(e => _endpoints.Find(e.Address) is { IsConnected: true }).ToImmutableArray();
        _hasList |= listed.Count > 0;
        _endpoints.Update(held.IsEmpty ? listed : [.. listed, .. held]);
        foreach (var endpoint in _endpoints.Added)
            _placement.Learn(endpoint, isNew: areNew);
        foreach (var endpoint in _endpoints.Changed)
            OnMetadata(endpoint, retired);
        foreach (var endpoint in _endpoints.Removed)
        {
            Disconnect(endpoint, retired);
            _placement.Forget(endpoint);
        }

        Hold(listed.Count);
        _placement.Know(_endpoints.All);
        ConnectWhatIsToBe(retired);
        _endpoints.ForgetChanges();
    }

    /// <summary>
    /// Those with TLS, or those without: what the channel does not speak can't be connected. One warning, whatever comes and goes of them.
    /// </summary>
    private ImmutableArray<DiscoveryEndpoint> OfItsKind(ImmutableArray<DiscoveryEndpoint> listed)
    {
        var isSecure = _context.Transport.Settings.IsSecure;
        var hadAll = _leftOut is null;
        _leftOut = null;
        var others = listed.Count(e => e.HasTls == !isSecure);
        if (others == 0)
            return listed;
        const string Option = $"{nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.Tls)}";
        _leftOut = $"{others} of {Counted.Endpoints(listed.Length)} left out, because "
            + (isSecure
                ? $"the channel has TLS and they are registered without. To call them, don't set {Option}."
                : "they are registered with TLS and the channel has none. "
                    + $"To call them, set {Option}.{nameof(ChannelTlsOptions.Enabled)}.");
        if (hadAll)
            LogLeftOut(_context.Transport.Logger, Target, _leftOut);
        return listed.RemoveAll(e => e.HasTls == !isSecure);
    }

    /// <summary>Those behind the listed ones are held.</summary>
    private void Hold(int listed)
    {
        if (_endpoints.Count == listed && !_isAnyHeld)
            return;
        _isAnyHeld = false;
        foreach (var endpoint in _endpoints.All)
        {
            var isHeld = endpoint.Listed.Index >= listed;
            _isAnyHeld |= isHeld;
            _placement.Hold(endpoint, isHeld);
        }
    }

    private void OnMetadata(BalancedEndpoint endpoint, List<EndpointConnection> retired)
    {
        _placement.Change(endpoint);
        var authority = AuthorityOf(endpoint.Endpoint);
        if (authority == endpoint.Authority)
            return;
        // Another name needs another connection: over TLS it is what the certificate was checked against.
        endpoint.Authority = authority;
        Disconnect(endpoint, retired);
        _placement.SetPhase(endpoint, EndpointPhase.Pending);
    }

    private string? AuthorityOf(DiscoveryEndpoint endpoint) => _context.AuthorityOf(endpoint);

    private static void Disconnect(BalancedEndpoint endpoint, List<EndpointConnection> retired)
    {
        if (endpoint.Disconnect() is { } connection)
            retired.Add(connection);
    }

    /// <summary>Why calls that do not wait fail; null while they wait, or can be made. Under the lock.</summary>
    private string? Failure()
    {
        if (_configuration.Problem is { } problem)
            return problem;
        if (_resolution?.Failure is { } failure)
            return failure;
        if (_endpoints.Count == 0 && _leftOut is not null)
            return $"No endpoint can take calls: {_leftOut}";
        if (_resolution is null or { IsProvisional: true } || _placement.IsAnyPending || _endpoints.Count == 0)
            return null;
        return _endpoints.Count == 1
            ? _placement.LastFailure
            : $"None of {_endpoints.Count} endpoints can take calls. The last problem: {_placement.LastFailure}";
    }

    /// <summary>Outside of the lock.</summary>
    private void Retire(List<EndpointConnection> connections)
    {
        foreach (var connection in connections)
        {
            _retired.TryAdd(connection, true);
            connection.Retire(drained => _retired.TryRemove(drained, out _));
        }
    }

    private Task NextChange() =>
        (_change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Lets those pick again who wait. Under the lock.</summary>
    private void TellChange()
    {
        _timers.Arm(_placement.IsAnyWarming && !_disposed);
        _change?.SetResult();
        _change = null;
    }
}
