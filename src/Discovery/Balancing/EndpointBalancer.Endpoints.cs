using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <content>What endpoints do by themselves, and what the channel is told of it.</content>
internal sealed partial class EndpointBalancer
{
    private EndpointSet? _publishedSet;
    private Status? _publishedFailure;
    private ConnectivityState? _published;
    private bool _wasReady;

    private (EndpointPlacement Placement, BalancingTimers Timers) Compose()
    {
        var options = _configuration.Options;
        var outliers = options.OutlierEjection is { } ejection ? new OutlierDetector(ejection, _context.Time, _context.Seed) : null;
        var slowStart = options.SlowStart is { } warmUp ? new SlowStart(warmUp, _context.Time) : null;
        return (
            new EndpointPlacement(EndpointSets.Create(_policy, options, _context.Seed), outliers, slowStart, _context, _logger),
            new BalancingTimers(_context.Time, slowStart?.Step, OnWarmUp, options.OutlierEjection?.Interval, OnSweep));
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

    private BalancedEndpoint Create(BalancerAddress address)
    {
        var endpoint = new BalancedEndpoint(address, this);
        endpoint.Use(CreateSubchannel(endpoint));
        return endpoint;
    }

    private Subchannel CreateSubchannel(BalancedEndpoint endpoint)
    {
        var subchannel = _channel.CreateSubchannel(new SubchannelOptions([endpoint.Address]));
        PickedRequest.Mark(subchannel, endpoint);
        subchannel.OnStateChanged(state => OnStateChanged(endpoint, subchannel, state));
        return subchannel;
    }

    private void OnStateChanged(BalancedEndpoint endpoint, Subchannel subchannel, SubchannelState state)
    {
        if (state.State == ConnectivityState.Shutdown)
            return;
        lock (_lock)
        {
            if (_disposed || endpoint.IsGone || !ReferenceEquals(endpoint.Subchannel, subchannel))
                return;
            endpoint.IsConnected = state.State == ConnectivityState.Ready;
            if (endpoint.IsConnected)
                OnConnected(endpoint);
            else
                OnDisconnected(endpoint, state);
        }

        Publish();
        if (state.State is ConnectivityState.TransientFailure or ConnectivityState.Idle)
            _channel.RefreshResolver();
        if (state.State == ConnectivityState.Idle)
            Reconnect(subchannel);
    }

    private void OnConnected(BalancedEndpoint endpoint)
    {
        if (_configuration.Options.HealthChecking is not { } health || _context.Connections is null)
        {
            _placement.SetPhase(endpoint, EndpointPhase.Ready);
            return;
        }

        _placement.SetPhase(endpoint, EndpointPhase.Pending);
        endpoint.HealthWatch = new HealthWatch(endpoint, health.ServiceName, _context.Connections, _context.IsSecure, OnHealth);
    }

    private void OnDisconnected(BalancedEndpoint endpoint, SubchannelState state)
    {
        endpoint.StopWatching();
        if (state.State == ConnectivityState.TransientFailure)
            _placement.SetPhase(endpoint, EndpointPhase.Failing, state.Status);
        else
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
    }

    private void OnHealth(HealthWatch watch, BalancedEndpoint endpoint, string? problem)
    {
        lock (_lock)
        {
            if (_disposed || !ReferenceEquals(endpoint.HealthWatch, watch))
                return;
            var wasReady = endpoint.Phase == EndpointPhase.Ready;
            if (problem is null)
                _placement.SetPhase(endpoint, EndpointPhase.Ready);
            else
                _placement.SetPhase(endpoint, EndpointPhase.Failing, new Status(StatusCode.Unavailable, $"{endpoint} is not healthy: {problem}"));
            if (wasReady != (problem is null))
                LogHealth(_logger, endpoint, problem ?? "it is healthy");
        }

        PublishFromOutside();
    }

    private void OnSweep()
    {
        lock (_lock)
        {
            if (!_disposed)
                _placement.Sweep(_endpoints.All);
        }

        PublishFromOutside();
    }

    private void OnWarmUp()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _placement.WarmUp();
            _timers.Disarm();
            _timers.Arm(_placement.IsAnyWarming);
        }
    }

    private void PublishFromOutside()
    {
        BalancerAddress? mayTakeOver;
        lock (_lock)
            mayTakeOver = _wasReady || _placement.Set.Count == 0 || _disposed ? null : _endpoints.All[0].Address;
        if (mayTakeOver is null)
            Publish();
        else
            ChannelTurn.Run(_channel, mayTakeOver, Publish);
    }

    private void Publish()
    {
        lock (_lock)
        {
            _timers.Arm(_placement.IsAnyWarming);
            TellChange();
        }

        _publisher.Publish();
    }

    private BalancerState? NextState()
    {
        var problem = _configuration.Problem is { } text ? new Status(StatusCode.Unavailable, text) : (Status?)null;
        if (problem is null && _placement.Set.Count > 0)
            return NextReady();
        var failure = problem ?? _failure;
        if (failure is null && _placement.IsAnyPending)
            return Next(ConnectivityState.Connecting, status: null, PickResult.ForQueue);
        var status = failure ?? _placement.LastFailure;
        return Next(ConnectivityState.TransientFailure, status, () => PickResult.ForFailure(Described(status)));
    }

    private BalancerState? NextReady()
    {
        if (_published == ConnectivityState.Ready && ReferenceEquals(_publishedSet, _placement.Set) && !_placement.HasLost)
            return null;
        (_published, _publishedSet, _wasReady) = (ConnectivityState.Ready, _placement.Set, true);
        _placement.HasLost = false;
        _failure = null;
        return new BalancerState(ConnectivityState.Ready, new EndpointPicker(_placement.Set));
    }

    private BalancerState? Next(ConnectivityState state, Status? status, Func<PickResult> result)
    {
        if (_published == state && ReferenceEquals(_publishedFailure?.Detail, status?.Detail))
            return null;
        (_published, _publishedFailure) = (state, status);
        return new BalancerState(state, new FixedPicker(result()));
    }

    private Status Described(Status status)
    {
        if (_endpoints.Count < 2)
            return status;
        var detail = $"None of {_endpoints.Count} endpoints can take calls. The last problem: {status.Detail}";
        return new Status(status.StatusCode, detail, status.DebugException);
    }
}
