using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Decides which endpoints take calls: those that are ready and not ejected; while there are none, those that are off the list and still
/// held. Changed under the lock of its balancer, each change in constant time.
/// </summary>
internal sealed partial class EndpointPlacement
{
    private const int MostNamed = 3;

    private readonly BalancingContext _context;
    private readonly int[] _phases = new int[3];
    private readonly OutlierDetector? _outliers;
    private readonly SlowStart? _slowStart;
    private readonly RoundRobinSet _held;
    private readonly List<BalancedEndpoint> _ejected = [];

    public EndpointPlacement(EndpointSet set, OutlierDetector? outliers, SlowStart? slowStart, BalancingContext context)
    {
        Set = set;
        _held = new RoundRobinSet(context.Seed);
        _outliers = outliers;
        _slowStart = slowStart;
        _context = context;
    }

    /// <summary>The listed endpoints that take calls.</summary>
    public EndpointSet Set { get; }

    /// <summary>How many endpoints can be picked.</summary>
    public int Count => Set.Count + _held.Count;

    public bool IsAnyPending => _phases[(int)EndpointPhase.Pending] > 0;

    public bool IsAnyWarming => _slowStart is { IsAnyWarming: true };

    /// <summary>Why an endpoint is failing, of the last one that does.</summary>
    public string LastFailure { get; private set; } = "no endpoint is connected yet";

    public EndpointCounts Counts => new(
        Count, _phases[(int)EndpointPhase.Pending], _phases[(int)EndpointPhase.Failing], _phases[(int)EndpointPhase.Ready] - Count);

    private int Known => _phases[0] + _phases[1] + _phases[2];

    private ILogger Logger => _context.Transport.Logger;

    public BalancedEndpoint? Pick(HttpRequestMessage request) => Set.Pick(request) ?? _held.Pick(request);

    /// <summary>An endpoint is known from now on; one that is new has to warm up.</summary>
    public void Learn(BalancedEndpoint endpoint, bool isNew)
    {
        endpoint.Joined = isNew;
        endpoint.Outlier.Restart();
        _phases[(int)endpoint.Phase]++;
        Place(endpoint);
    }

    public void Forget(BalancedEndpoint endpoint)
    {
        _phases[(int)endpoint.Phase]--;
        Unmark(endpoint);
        Take(endpoint);
        _slowStart?.End(endpoint);
        RestoreIfNoneIsLeft();
    }

    public void SetPhase(BalancedEndpoint endpoint, EndpointPhase phase, string? failure = null)
    {
        if (phase == EndpointPhase.Failing)
            LastFailure = failure ?? LastFailure;
        // What fails goes on failing until it can take calls, else calls would hang at each attempt to connect (gRFC A62 too).
        if (phase == EndpointPhase.Pending && endpoint.Phase == EndpointPhase.Failing)
            return;
        _phases[(int)endpoint.Phase]--;
        _phases[(int)phase]++;
        endpoint.Phase = phase;
        endpoint.Problem = phase == EndpointPhase.Failing ? failure : null;
        Place(endpoint);
        RestoreIfNoneIsLeft();
    }

    /// <summary>Its metadata is another one.</summary>
    public void Change(BalancedEndpoint endpoint)
    {
        if (endpoint.Set is not null && !ReferenceEquals(endpoint.Set, _held))
            Set.Change(endpoint);
    }

    /// <summary>It has left the list, or come back.</summary>
    public void Hold(BalancedEndpoint endpoint, bool isHeld)
    {
        if (endpoint.IsHeld == isHeld)
            return;
        Take(endpoint);
        endpoint.IsHeld = isHeld;
        Place(endpoint);
        RestoreIfNoneIsLeft();
    }

    /// <summary>A list was taken over as a whole.</summary>
    public void Know(ReadOnlySpan<BalancedEndpoint> all) => (Set as ZonedSet)?.Know(all);

    /// <summary>Counts a call.</summary>
    /// <returns>Whether its endpoint should be ejected now.</returns>
    public bool CountCall(BalancedEndpoint endpoint, CallOutcome outcome) => _outliers is not null && _outliers.Count(endpoint, outcome);

    public void Eject(BalancedEndpoint endpoint, OutlierRule rule, string reason)
    {
        if (endpoint.Set is null || endpoint.IsHeld)
            return;
        if (Set.Count < 2 || _outliers!.IsFull(_ejected.Count, Known))
        {
            _context.Metrics?.NotEjected(_context.Target, rule, "max_ejection_overflow");
            return;
        }

        _ejected.Add(endpoint);
        _outliers.Mark(endpoint);
        Place(endpoint);
        _context.Metrics?.Ejected(_context.Target, rule);
        LogEjected(Logger, endpoint, reason, Counted.Endpoints(Set.Count));
    }

    /// <summary>What keeps endpoints from taking calls, and what is done instead; nothing where all is well.</summary>
    public void Describe(ICollection<string> conditions)
    {
        var counts = Counts;
        if (counts.Pending > 0)
            conditions.Add($"{Counted.Endpoints(counts.Pending)} being connected");
        if (counts.Failing > 0)
            conditions.Add($"{Counted.Endpoints(counts.Failing)} can't take calls, the last: {LastFailure}");
        if (_ejected.Count > 0)
            conditions.Add($"ejected because their calls failed: {string.Join(", ", _ejected.Take(MostNamed))}"
                + (_ejected.Count > MostNamed ? $" and {_ejected.Count - MostNamed} more" : ""));
        if (Set.Count == 0 && _held.Count > 0)
            conditions.Add($"only {Counted.Endpoints(_held.Count)} off the list can take calls");
    }

    public void Sweep(ReadOnlySpan<BalancedEndpoint> all) => _outliers?.Sweep(
        all, Eject, rule => _context.Metrics?.NotEjected(_context.Target, rule, "enforcement_percentage"), Restore);

    public void WarmUp() => _slowStart?.Advance();

    // With nobody else there, those whose calls fail are better than none; all of them, since any one may be the one that is still bad.
    private void RestoreIfNoneIsLeft()
    {
        if (Set.Count > 0)
            return;
        while (_ejected.Count > 0)
            Restore(_ejected[^1]);
    }

    private void Restore(BalancedEndpoint endpoint)
    {
        Unmark(endpoint);
        endpoint.Joined = true;
        Place(endpoint);
        LogRestored(Logger, endpoint);
    }

    private void Unmark(BalancedEndpoint endpoint)
    {
        if (endpoint.Outlier.IsEjected)
            _ejected.Remove(endpoint);
        endpoint.Outlier.Restart();
    }

    private void Place(BalancedEndpoint endpoint)
    {
        if (endpoint.Phase != EndpointPhase.Ready || endpoint.Outlier.IsEjected)
        {
            Take(endpoint);
            return;
        }

        if (endpoint.Set is not null)
            return;
        if (endpoint.IsHeld)
        {
            _held.Add(endpoint);
            return;
        }

        if (endpoint.Joined)
            _slowStart?.Begin(endpoint);
        endpoint.Joined = false;
        Set.Add(endpoint);
    }

    private void Take(BalancedEndpoint endpoint)
    {
        if (ReferenceEquals(endpoint.Set, _held))
            _held.Remove(endpoint);
        else if (endpoint.Set is not null)
            Set.Remove(endpoint);
    }
}
