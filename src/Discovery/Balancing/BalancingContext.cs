using System.Diagnostics.CodeAnalysis;

namespace Interceptors.Discovery;

/// <summary>What a balancer stands on.</summary>
internal sealed class BalancingContext
{
    private static readonly ulong ProcessSeed = NewSeed();

    /// <summary>The target of the calls, for metrics.</summary>
    public string Target { get; init; } = "";

    /// <summary>What holds where the service config says nothing.</summary>
    public BalancingOptions Options { get; init; } = new();

    /// <summary>Makes the connections.</summary>
    public required EndpointTransport Transport { get; init; }

    /// <summary>What calls to an endpoint say in <c>:authority</c>, and what its certificate must have; null for its address.</summary>
    public Func<DiscoveryEndpoint, string?> AuthorityOf { get; init; } = static _ => null;

    /// <summary>The policies that users have added.</summary>
    public CustomPolicies Policies { get; init; } = CustomPolicies.None;

    /// <summary>Whether calls are counted, for people to look at.</summary>
    public CallCounting Counting { get; init; } = new();

    /// <summary>Counts what it does; null for nobody.</summary>
    public BalancerMetrics? Metrics { get; init; }

    /// <summary>Told that an endpoint was lost or could not be connected, so that its list may be looked up again.</summary>
    public Action OnTrouble { get; init; } = static () => { };

    /// <summary>How old the list of endpoints is.</summary>
    public Func<ListStatus> List { get; init; } = static () => ListStatus.None;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where random choices begin. The same for the channels of a process, so that they use the same subset.</summary>
    public ulong Seed { get; init; } = ProcessSeed;

    [SuppressMessage("Security", "CA5394", Justification = "Spreads load; nothing secret depends on it.")]
    private static ulong NewSeed() => (ulong)Random.Shared.NextInt64();
}
