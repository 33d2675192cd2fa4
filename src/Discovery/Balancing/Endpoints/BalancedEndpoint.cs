using Interceptors.Propagation;

namespace Interceptors.Discovery;

/// <summary>
/// One endpoint of a balancer: its connection, and what decides whether and how often it is picked. Changed under the lock of its balancer,
/// but for what counts calls.
/// </summary>
internal sealed class BalancedEndpoint(DiscoveryEndpoint endpoint, string? authority, EndpointBalancer balancer)
    : IConnectionObserver, ICallRoute
{
    private int _inFlight;
    private EndpointCalls? _calls;

    /// <summary>Where its calls are told.</summary>
    public EndpointBalancer Balancer => balancer;

    /// <summary>Null until it is to be connected.</summary>
    public EndpointConnection? Connection { get; private set; }

    public DiscoveryEndpoint Endpoint { get; set; } = endpoint;

    /// <summary>What calls say in <c>:authority</c>; null for the address.</summary>
    public string? Authority { get; set; } = authority;

    public EndpointPhase Phase { get; set; }

    /// <summary>Why it is failing; null while it is not.</summary>
    public string? Problem { get; set; }

    public bool IsConnected { get; set; }

    /// <summary>Whether it is off the list, and used only while nothing else can be.</summary>
    public bool IsHeld { get; set; }

    /// <summary>What asks for its health as long as it is connected.</summary>
    public HealthWatch? HealthWatch { get; set; }

    public OutlierRecord Outlier { get; } = new();

    /// <summary>The set that it is picked from, and where it stands in it; null while it takes no calls.</summary>
    public EndpointSet? Set { get; set; }

    public int Slot { get; set; } = -1;

    /// <summary>The weight that the set has counted for it.</summary>
    public long CountedWeight { get; set; }

    /// <summary>What share of its calls it takes while it warms up, in thousandths.</summary>
    public int WarmShare { get; set; } = SlowStart.FullShare;

    /// <summary>Whether it has to warm up when it next takes calls.</summary>
    public bool Joined { get; set; }

    /// <summary>Where it stood in the last list, and which that was.</summary>
    public (int Index, int List) Listed { get; set; }

    /// <summary>What it reports of its load.</summary>
    public EndpointLoad Load { get; } = new();

    /// <summary>The weight that reports of load give it; 0 while the registered one counts.</summary>
    public int ReportedWeight { get; set; }

    public int Weight => ReportedWeight > 0 ? ReportedWeight : Endpoint.Weight;

    public string? Zone => Endpoint.Zone;

    /// <summary>Calls that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Its calls; null while there is none, or they are not counted.</summary>
    public EndpointCalls? Calls => Volatile.Read(ref _calls);

    /// <summary>Whether two versions of one address say the same of what balancing looks at.</summary>
    public static bool SaysTheSame(DiscoveryEndpoint one, DiscoveryEndpoint other) =>
        ReferenceEquals(one, other) || (one.Weight == other.Weight && one.Zone == other.Zone && AuthorityIn(one) == AuthorityIn(other));

    /// <summary>Begins to connect, unless it has begun.</summary>
    public void Connect(EndpointTransport transport)
    {
        Connection ??= new EndpointConnection(Endpoint, Authority, transport, this);
        Connection.Start();
    }

    /// <summary>Gives its connection up; calls that run over it go on.</summary>
    /// <returns>What to close, outside of the lock; null for nothing.</returns>
    public EndpointConnection? Disconnect()
    {
        var connection = Connection;
        Connection = null;
        IsConnected = false;
        StopWatching();
        return connection;
    }

    public void CallStarted()
    {
        Interlocked.Increment(ref _inFlight);
        if (!balancer.AreCallsCounted)
            return;
        var now = TimeProvider.System.GetUtcNow();
        LazyInitializer.EnsureInitialized(ref _calls).Begin(now);
        balancer.Calls.Begin(now);
    }

    public void CallEnded(CallOutcome outcome, long started)
    {
        Interlocked.Decrement(ref _inFlight);
        if (balancer.AreCallsCounted)
        {
            var duration = TimeProvider.System.GetElapsedTime(started);
            LazyInitializer.EnsureInitialized(ref _calls).Count(outcome, duration);
            balancer.Calls.Count(outcome, duration);
        }

        balancer.OnCallEnded(this, outcome);
    }

    /// <summary>Before <see cref="CallEnded"/>, if there is a whole response.</summary>
    public void CallAnswered(HttpResponseMessage response) => balancer.OnAnswered(this, response);

    public void StopWatching()
    {
        HealthWatch?.Stop();
        HealthWatch = null;
    }

    /// <summary>It is not in its set any more, which is itself no longer used.</summary>
    public void LeaveSet() => (Set, Slot, WarmShare) = (null, -1, SlowStart.FullShare);

    private static string? AuthorityIn(DiscoveryEndpoint endpoint) => endpoint.Metadata.GetValueOrDefault(EndpointMetadata.Authority);

    public void Describe(ICollection<string> conditions) => balancer.Describe(conditions);

    void IConnectionObserver.OnReady(EndpointConnection connection) => balancer.OnReady(this, connection);

    void IConnectionObserver.OnFailing(EndpointConnection connection, EndpointUnavailableException reason) =>
        balancer.OnFailing(this, connection, reason);

    bool IConnectionObserver.OnLost(EndpointConnection connection) => balancer.OnLost(this, connection);

    public override string ToString() => Endpoint.ToString();
}
