using System.Globalization;

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

    /// <summary>What holds for calls, of an explanation.</summary>
    public void Describe(ICollection<string> conditions)
    {
        var list = _context.List();
        lock (_lock)
        {
            conditions.Add(list.Received is { } received
                ? $"{Counted.Endpoints(_endpoints.Count)}, listed {Ago(received)}"
                : $"no list of {Target} yet");
            if (list.StaleSince is { } since)
                conditions.Add($"not up to date since {Ago(since)}: {SafeText.Of(list.StaleReason)}");
            if (_leftOut is not null)
                conditions.Add(_leftOut);
            _placement.Describe(conditions);
        }
    }

    private string Ago(DateTimeOffset time) => string.Create(
        CultureInfo.InvariantCulture, $"{Math.Max(0, (_context.Time.GetUtcNow() - time).TotalSeconds):0.#} s ago");

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
