using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Decides which endpoints take calls: those that are ready and not left out. Changed under the lock of its balancer, each change
/// in constant time.
/// </summary>
internal sealed partial class EndpointPlacement
{
    private readonly BalancingContext _context;
    private readonly ILogger _logger;
    private readonly int[] _phases = new int[3];
    private readonly OutlierDetector? _outliers;
    private readonly SlowStart? _slowStart;
    private readonly List<BalancedEndpoint> _ejected = [];

    public EndpointPlacement(EndpointSet set, OutlierDetector? outliers, SlowStart? slowStart, BalancingContext context, ILogger logger)
    {
        Set = set;
        _outliers = outliers;
        _slowStart = slowStart;
        _context = context;
        _logger = logger;
    }

    /// <summary>The endpoints that take calls.</summary>
    public EndpointSet Set { get; }

    public bool IsAnyPending => _phases[(int)EndpointPhase.Pending] > 0;

    public bool IsAnyWarming => _slowStart is { IsAnyWarming: true };

    /// <summary>Whether an endpoint has stopped to take calls. Who picked it in that moment waits for another picker.</summary>
    public bool HasLost { get; set; }

    /// <summary>Why an endpoint is failing, of the last one that does.</summary>
    public Status LastFailure { get; private set; } = new(StatusCode.Unavailable, "No endpoint is connected yet.");

    public EndpointCounts Counts => new(
        Set.Count, _phases[(int)EndpointPhase.Pending], _phases[(int)EndpointPhase.Failing],
        _phases[(int)EndpointPhase.Ready] - Set.Count);

    private int Known => _phases[0] + _phases[1] + _phases[2];

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
        KeepOne();
    }

    public void SetPhase(BalancedEndpoint endpoint, EndpointPhase phase, Status failure = default)
    {
        if (phase == EndpointPhase.Failing)
            LastFailure = failure;
        // What fails goes on failing until it can take calls, else calls would hang at each attempt to connect (gRFC A62 too).
        if (phase == EndpointPhase.Pending && endpoint.Phase == EndpointPhase.Failing)
            return;
        _phases[(int)endpoint.Phase]--;
        _phases[(int)phase]++;
        endpoint.Phase = phase;
        Place(endpoint);
        KeepOne();
    }

    /// <summary>Its attributes are others.</summary>
    public void Change(BalancedEndpoint endpoint)
    {
        if (endpoint.Set is null)
            return;
        Set.Change(endpoint);
        // It may have moved from one part of the set to another, and a pick in between have found none.
        HasLost = true;
    }

    /// <summary>A list was taken over as a whole.</summary>
    public void Know(ReadOnlySpan<BalancedEndpoint> all) => (Set as ZonedSet)?.Know(all);

    /// <summary>Counts a call.</summary>
    /// <returns>Whether its endpoint should be left out now.</returns>
    public bool Count(BalancedEndpoint endpoint, CallOutcome outcome) => _outliers is not null && _outliers.Count(endpoint, outcome);

    public void Eject(BalancedEndpoint endpoint, string reason)
    {
        if (endpoint.Set is null || Set.Count < 2 || _outliers!.IsFull(_ejected.Count, Known))
            return;
        _ejected.Add(endpoint);
        _outliers.Mark(endpoint);
        Place(endpoint);
        _context.Metrics?.Ejected(_context.Target);
        LogEjected(_logger, endpoint, reason, Set.Count);
    }

    public void Sweep(ReadOnlySpan<BalancedEndpoint> all) => _outliers?.Sweep(all, Eject, Restore);

    public void WarmUp() => _slowStart?.Advance();

    // With nobody else there, one whose calls fail is better than none.
    private void KeepOne()
    {
        while (Set.Count == 0 && _ejected.Count > 0)
            Restore(_ejected[^1]);
    }

    private void Restore(BalancedEndpoint endpoint)
    {
        Unmark(endpoint);
        endpoint.Joined = true;
        Place(endpoint);
        LogRestored(_logger, endpoint);
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
        if (endpoint.Joined)
            _slowStart?.Begin(endpoint);
        endpoint.Joined = false;
        Set.Add(endpoint);
    }

    private void Take(BalancedEndpoint endpoint)
    {
        if (endpoint.Set is null)
            return;
        Set.Remove(endpoint);
        HasLost = true;
    }
}
