namespace Interceptors.Discovery;

/// <content>What people are shown of it.</content>
internal sealed partial class EndpointBalancer
{
    private EndpointCalls? _calls;

    public string Policy
    {
        get
        {
            lock (_lock)
                return _policy;
        }
    }

    public bool AreCallsCounted => _context.Counting.IsOn;

    /// <summary>The calls of all its endpoints; null while they are not counted.</summary>
    public CallCounts? CountedCalls => AreCallsCounted ? Volatile.Read(ref _calls)?.Read() ?? CallCounts.None : null;

    /// <summary>Where the calls of all its endpoints are counted.</summary>
    public EndpointCalls Calls => LazyInitializer.EnsureInitialized(ref _calls);

    /// <summary>The endpoints as they stand, sorted by address.</summary>
    public IReadOnlyList<EndpointInspection> Inspect()
    {
        List<EndpointInspection> all = [];
        lock (_lock)
        {
            foreach (var endpoint in _endpoints.All)
                all.Add(Inspect(endpoint));
        }

        all.Sort(static (one, other) => string.CompareOrdinal(one.Endpoint.Address, other.Endpoint.Address));
        return all;
    }

    private EndpointInspection Inspect(BalancedEndpoint endpoint) => new()
    {
        Id = EndpointIds.Of(endpoint),
        Endpoint = endpoint.Endpoint,
        Condition = ConditionOf(endpoint),
        Problem = endpoint.Problem,
        IsConnected = endpoint.IsConnected,
        IsHeld = endpoint.IsHeld,
        Weight = Math.Max(1, endpoint.Weight),
        InFlight = Math.Max(0, endpoint.InFlight),
        Calls = AreCallsCounted ? endpoint.Calls?.Read() ?? CallCounts.None : null,
    };

    private static EndpointCondition ConditionOf(BalancedEndpoint endpoint) => endpoint.Phase switch
    {
        EndpointPhase.Failing => EndpointCondition.Failing,
        EndpointPhase.Ready => endpoint.Outlier.IsEjected ? EndpointCondition.Ejected : EndpointCondition.Ready,
        _ => endpoint.Connection is null ? EndpointCondition.Idle : EndpointCondition.Connecting,
    };
}
