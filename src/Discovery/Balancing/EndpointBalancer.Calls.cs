using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <content>What calls find out about endpoints, and where those go that were not sent.</content>
internal sealed partial class EndpointBalancer : IEndpointCalls
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(100);

    // Not at once: Grpc.Net.Client (2.85.0) reports that an attempt has timed out before it clears the attempt away, and until then
    // ignores what it is asked, but says that it is connecting.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private TaskCompletionSource? _change;

    public bool AreObserved => _policy == LoadBalancingPolicies.LeastRequest || _configuration.Options.OutlierEjection is not null;

    public void OnEnded(BalancedEndpoint endpoint, CallOutcome outcome)
    {
        if (!_placement.Count(endpoint, outcome))
            return;
        lock (_lock)
        {
            if (!_disposed)
                _placement.Eject(endpoint, "its last calls failed");
        }

        PublishFromOutside();
    }

    /// <remarks>
    /// The endpoint gets another subchannel, which connects before a call is sent to it: there is no way to make one connect that
    /// holds itself for ready. The calls that run over the lost one go on, if they can.
    /// </remarks>
    public void OnConnectionLost(BalancedEndpoint endpoint, Subchannel subchannel)
    {
        Subchannel fresh;
        lock (_lock)
        {
            if (_disposed || endpoint.IsGone || !endpoint.IsConnected || !ReferenceEquals(endpoint.Subchannel, subchannel))
                return;
            endpoint.IsConnected = false;
            endpoint.StopWatching();
            endpoint.Use(fresh = CreateSubchannel(endpoint));
            _placement.SetPhase(endpoint, EndpointPhase.Pending);
        }

        subchannel.Dispose();
        PublishFromOutside();
        Reconnect(fresh);
    }

    public async ValueTask<BalancedEndpoint?> PickAgainAsync(bool waitForReady, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_disposed)
                    return null;
                if (_placement.Set.Pick() is { } endpoint)
                    return endpoint;
                if (!waitForReady && (_failure is not null || !_placement.IsAnyPending))
                    return null;
                _change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _change.Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets those pick again who wait. Under the lock.</summary>
    private void TellChange()
    {
        _change?.SetResult();
        _change = null;
    }

    /// <summary>
    /// Connects again, a little later if calls can go elsewhere: a process that is being killed resets its connections one by one,
    /// and may accept others until the last of them.
    /// </summary>
    private void Reconnect(Subchannel subchannel)
    {
        bool isUrgent;
        lock (_lock)
            isUrgent = _placement.Set.Count == 0;
        _ = ConnectAfterAsync(isUrgent ? ShortestPause : ReconnectPause * (1 + Jitter.NextDouble()), subchannel);
    }

    private static async Task ConnectAfterAsync(TimeSpan pause, Subchannel subchannel)
    {
        await Task.Delay(pause).ConfigureAwait(false);
        Connect(subchannel);
    }

    private static void Connect(Subchannel subchannel)
    {
        try
        {
            subchannel.RequestConnection();
        }
        catch (InvalidOperationException)
        {
            // It was disposed meanwhile, which can't be asked for.
        }
    }
}
