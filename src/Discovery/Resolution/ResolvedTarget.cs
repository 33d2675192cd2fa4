namespace Interceptors.Discovery;

/// <summary>What is known about one service.</summary>
/// <param name="Target">The target that channels call it by, for example <c>etcd:///user</c>.</param>
/// <param name="Endpoints">How many endpoints are in use.</param>
/// <param name="StaleSince">Since when the registry can't be asked, at the earliest since the first channel; null if it can.</param>
/// <param name="StaleReason">Why it can't; null if it can.</param>
/// <param name="Confirmed">
/// When the registry confirmed the list last, while it is stale; in an earlier process even, or never: null.
/// </param>
internal sealed record TargetState(
    string Target, int Endpoints, DateTimeOffset? StaleSince, string? StaleReason, DateTimeOffset? Confirmed);

/// <summary>Takes down what resolvers learn about one service.</summary>
internal sealed class ResolvedTarget(string target, TimeProvider time, Action<ResolvedTarget> leave)
{
    private readonly Lock _lock = new();
    private TargetState _state = new(target, Endpoints: 0, time.GetUtcNow(), "the registry has not answered yet", Confirmed: null);

    public TargetState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>How many channels follow it; guarded by its owner.</summary>
    public int Channels { get; set; }

    public void OnSnapshot(EndpointSnapshot snapshot, int inUse)
    {
        lock (_lock)
        {
            var confirmed = _state.StaleSince is null ? snapshot.StaleSince : _state.Confirmed;
            _state = snapshot.IsStale
                ? new TargetState(target, inUse, snapshot.StaleSince, snapshot.StaleReason, confirmed)
                : new TargetState(target, inUse, StaleSince: null, StaleReason: null, Confirmed: null);
        }
    }

    /// <summary>A list that an earlier process has left is in use.</summary>
    public void OnLastKnown(EndpointSnapshot lastKnown)
    {
        lock (_lock)
        {
            if (_state.StaleSince is not null)
                _state = _state with { Confirmed = _state.Confirmed ?? lastKnown.StaleSince };
        }
    }

    public void OnInUse(int inUse)
    {
        lock (_lock)
            _state = _state with { Endpoints = inUse };
    }

    /// <summary>One channel less follows it.</summary>
    public void Leave() => leave(this);
}
