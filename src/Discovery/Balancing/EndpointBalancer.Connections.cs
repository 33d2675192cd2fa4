namespace Interceptors.Discovery;

/// <content>What connections, calls and clocks tell the balancer.</content>
internal sealed partial class EndpointBalancer
{
    private bool IsPickFirst => _policy == LoadBalancingPolicies.PickFirst;

    public void OnCallEnded(BalancedEndpoint endpoint, CallOutcome outcome)
    {
        if (!_placement.CountCall(endpoint, outcome))
            return;
        lock (_lock)
        {
            if (_disposed)
                return;
            _placement.Eject(endpoint, OutlierRule.ConsecutiveErrors, "its last calls failed");
            TellChange();
        }
    }

    /// <summary>A response is there, with what the server says of its load.</summary>
    public void OnAnswered(BalancedEndpoint endpoint, HttpResponseMessage response)
    {
        if (_loads is not { } options || LoadReport.Of(response)?.Weight(options.ErrorUtilizationPenalty) is not { } weight || weight <= 0)
            return;
        endpoint.Load.Report(weight, _context.Time.GetTimestamp());
        _isLoadReported = true;
    }

    /// <summary>A call could not be sent. Its connection may have ended a moment before that is told.</summary>
    public void OnUnsent(BalancedEndpoint endpoint)
    {
        lock (_lock)
        {
            if (_disposed || !endpoint.IsConnected || endpoint.Connection is not { IsReady: false })
                return;
            endpoint.IsConnected = false;
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
        }
    }

    public void OnReady(BalancedEndpoint endpoint, EndpointConnection connection)
    {
        List<EndpointConnection> retired = [];
        lock (_lock)
        {
            if (!IsCurrent(endpoint, connection))
                return;
            endpoint.IsConnected = true;
            endpoint.Load.Restart();
            OnConnected(endpoint);
            StopOthers(retired);
            TellChange();
        }

        Retire(retired);
    }

    public void OnFailing(BalancedEndpoint endpoint, EndpointConnection connection, EndpointUnavailableException reason)
    {
        lock (_lock)
        {
            if (!IsCurrent(endpoint, connection))
                return;
            if (endpoint.Phase != EndpointPhase.Failing)
                LogFailing(_context.Transport.Logger, reason.Message);
            _placement.SetPhase(endpoint, EndpointPhase.Failing, reason.Message);
            ConnectNext();
            TellChange();
        }

        _context.OnTrouble();
    }

    /// <returns>Whether it is to be connected again at once.</returns>
    public bool OnLost(BalancedEndpoint endpoint, EndpointConnection connection)
    {
        List<EndpointConnection> retired = [];
        bool mustHurry;
        lock (_lock)
        {
            if (!IsCurrent(endpoint, connection))
                return false;
            endpoint.IsConnected = false;
            endpoint.StopWatching();
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
            if (endpoint.IsHeld)
            {
                // It is off the list and has retired its connection: it left on purpose, or died.
                _placement.SetPhase(endpoint, EndpointPhase.Failing, $"{endpoint} is off the list, and its connection has ended");
                Disconnect(endpoint, retired);
            }
            else if (IsPickFirst)
            {
                // Another one has its turn while this one is connected again; whichever is ready first is used.
                if (_endpoints.Count > 1)
                    _placement.SetPhase(endpoint, EndpointPhase.Failing, $"{endpoint} has ended its connection");
                ConnectNext();
            }

            mustHurry = _placement.Count == 0;
            TellChange();
        }

        Retire(retired);
        _context.OnTrouble();
        return mustHurry;
    }

    private bool IsCurrent(BalancedEndpoint endpoint, EndpointConnection connection) =>
        !_disposed && ReferenceEquals(endpoint.Connection, connection);

    private void OnConnected(BalancedEndpoint endpoint)
    {
        if (_configuration.Options.HealthChecking is not { } health)
        {
            _placement.SetPhase(endpoint, EndpointPhase.Ready);
            return;
        }

        _placement.SetPhase(endpoint, EndpointPhase.Pending);
        endpoint.HealthWatch = new HealthWatch(endpoint, health.ServiceName, OnHealth);
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
                _placement.SetPhase(endpoint, EndpointPhase.Failing, $"{endpoint} is not healthy: {problem}");
            if (wasReady != (problem is null))
                LogHealth(_context.Transport.Logger, endpoint, problem ?? "it is healthy");
            if (problem is not null)
                ConnectNext();
            TellChange();
        }
    }

    /// <summary>Connects every endpoint, or for <c>pick_first</c> the first one.</summary>
    private void ConnectWhatIsToBe(List<EndpointConnection> retired)
    {
        if (!IsPickFirst)
        {
            foreach (var endpoint in _endpoints.All)
            {
                if (!endpoint.IsHeld)
                    endpoint.Connect(_context.Transport);
            }

            return;
        }

        StopOthers(retired);
        if (IsAnyReady())
            return;
        foreach (var endpoint in _endpoints.All)
        {
            Disconnect(endpoint, retired);
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
        }

        ConnectNext();
    }

    /// <summary>For <c>pick_first</c>: the next endpoint has its turn once no one before it can be connected.</summary>
    private void ConnectNext()
    {
        if (!IsPickFirst || IsAnyReady())
            return;
        foreach (var endpoint in _endpoints.All)
        {
            if (endpoint.Connection is not null && endpoint.Phase == EndpointPhase.Pending)
                return;
            if (endpoint.Connection is not null || endpoint.IsHeld)
                continue;
            endpoint.Connect(_context.Transport);
            return;
        }
    }

    /// <summary>For <c>pick_first</c>: keeps the first endpoint that can take calls, and no other connection.</summary>
    private void StopOthers(List<EndpointConnection> retired)
    {
        if (!IsPickFirst || !IsAnyReady())
            return;
        var isFound = false;
        foreach (var endpoint in _endpoints.All)
        {
            if (endpoint.Phase == EndpointPhase.Ready && !isFound)
            {
                isFound = true;
                continue;
            }

            Disconnect(endpoint, retired);
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
        }
    }

    private bool IsAnyReady()
    {
        foreach (var endpoint in _endpoints.All)
        {
            if (endpoint.Phase == EndpointPhase.Ready && !endpoint.IsHeld)
                return true;
        }

        return false;
    }

    private void OnSweep()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _placement.Sweep(_endpoints.All);
            TellChange();
        }
    }

    private void OnWeigh()
    {
        if (!_isLoadReported)
            return;
        lock (_lock)
        {
            if (!_disposed && _loads is { } options)
                LoadWeights.Update(_endpoints.All, options, _context.Time, _placement.Change);
        }
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
}
