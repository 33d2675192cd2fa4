using System.Diagnostics.CodeAnalysis;

namespace Interceptors.Discovery;

/// <summary>What the balancers of a channel are given by it.</summary>
internal sealed class BalancingContext
{
    private static readonly ulong ProcessSeed = NewSeed();

    /// <summary>The target of the channel, for metrics.</summary>
    public string Target { get; init; } = "";

    /// <summary>What counts where the channel's configuration of the policy says nothing.</summary>
    public BalancingOptions Options { get; init; } = new();

    /// <summary>The connections of the channel, over which health is asked for; null if it can't be.</summary>
    public HttpMessageInvoker? Connections { get; init; }

    /// <summary>Whether they use TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Where it shows; null for nowhere.</summary>
    public BalancerMetrics? Metrics { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where random choices begin. The same for the channels of a process, so that they use the same subset.</summary>
    public ulong Seed { get; init; } = ProcessSeed;

    [SuppressMessage("Security", "CA5394", Justification = "Spreads load; nothing secret depends on it.")]
    private static ulong NewSeed() => (ulong)Random.Shared.NextInt64();
}
