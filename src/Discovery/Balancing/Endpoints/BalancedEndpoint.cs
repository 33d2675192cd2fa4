using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// One endpoint of a balancer: its subchannel, and what decides whether and how often it is picked. Changed under the lock of
/// its balancer, but for what counts calls.
/// </summary>
internal sealed class BalancedEndpoint(BalancerAddress address, IEndpointCalls calls)
{
    // The name by which grpc-dotnet looks for it.
    private static readonly BalancerAttributesKey<string> HostOverride = new("HostOverride");

    private int _inFlight;

    /// <summary>Where its calls are told.</summary>
    public IEndpointCalls Calls { get; } = calls;

    /// <summary>Another one after a connection was lost.</summary>
    public Subchannel Subchannel { get; private set; } = null!;

    /// <summary>Made once for each subchannel, so that a pick allocates nothing.</summary>
    public PickResult Picked { get; private set; } = null!;

    public BalancerAddress Address { get; set; } = address;

    public EndpointPhase Phase { get; set; }

    /// <summary>Why it is failing.</summary>
    public Status Failure { get; set; }

    public bool IsConnected { get; set; }

    /// <summary>Whether it is in the list no more.</summary>
    public bool IsGone { get; set; }

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

    public int Weight => EndpointOf(Address)?.Weight ?? DiscoveryEndpoint.DefaultWeight;

    public string? Zone => EndpointOf(Address)?.Zone;

    public string? Authority => AuthorityOf(Address);

    /// <summary>Calls that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public static string? AuthorityOf(BalancerAddress address) => address.Attributes.TryGetValue(HostOverride, out var host) ? host : null;

    /// <summary>Whether two versions of one address say the same of what balancing looks at.</summary>
    public static bool SaysTheSame(BalancerAddress one, BalancerAddress other) =>
        AuthorityOf(one) == AuthorityOf(other)
        && (EndpointOf(one), EndpointOf(other)) switch
        {
            (null, null) => true,
            ({ } a, { } b) => ReferenceEquals(a, b) || (a.Weight == b.Weight && a.Zone == b.Zone),
            _ => false,
        };

    public void Use(Subchannel subchannel) => (Subchannel, Picked) = (subchannel, PickResult.ForSubchannel(subchannel));

    public void CallStarted() => Interlocked.Increment(ref _inFlight);

    public void CallEnded(CallOutcome outcome)
    {
        Interlocked.Decrement(ref _inFlight);
        Calls.OnEnded(this, outcome);
    }

    public void StopWatching()
    {
        HealthWatch?.Stop();
        HealthWatch = null;
    }

    /// <summary>It is not in its set any more, which is itself no longer used.</summary>
    public void LeaveSet() => (Set, Slot, WarmShare) = (null, -1, SlowStart.FullShare);

    public override string ToString() => $"{Address.EndPoint.Host}:{Address.EndPoint.Port}";

    private static DiscoveryEndpoint? EndpointOf(BalancerAddress address) =>
        address.Attributes.TryGetValue(EndpointAttributes.Endpoint, out var endpoint) ? endpoint : null;
}
