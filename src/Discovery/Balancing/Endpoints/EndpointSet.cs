namespace Interceptors.Discovery;

/// <summary>
/// The endpoints that take calls, and the rule by which one of them is picked. Changed by one at a time; picked from by any
/// number meanwhile, without a lock and without allocating. Who picks may still get one that has just been removed: its
/// connection refuses the call then, which goes to another.
/// </summary>
internal abstract class EndpointSet
{
    /// <summary>How often a pick that meets a change is tried again, before it says that there is nothing.</summary>
    protected const int Attempts = 16;

    public abstract int Count { get; }

    /// <summary>One of the endpoints for a request; null if there is none.</summary>
    public abstract BalancedEndpoint? Pick(HttpRequestMessage request);

    public abstract void Add(BalancedEndpoint endpoint);

    public abstract void Remove(BalancedEndpoint endpoint);

    /// <summary>Its weight, zone or warmth is another one than when it was added.</summary>
    public abstract void Change(BalancedEndpoint endpoint);
}
