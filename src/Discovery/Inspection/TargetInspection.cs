using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// What the channels to one target know at one moment. Those with equal settings share everything, and are one of these. Immutable.
/// </summary>
public sealed record TargetInspection
{
    /// <summary>Tells it from others of this process, as long as the channels are open.</summary>
    public required long Id { get; init; }

    /// <summary>The target, for example <c>etcd:///user</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The policy in force, for example <c>round_robin</c>.</summary>
    public required string Policy { get; init; }

    /// <summary>What gRPC calls the state of a channel; <see cref="ConnectivityState.Idle"/> before the first call.</summary>
    public required ConnectivityState State { get; init; }

    /// <summary>When the last list came from the registry; null if none has come yet. A live registry sends one for each change.</summary>
    public DateTimeOffset? ListReceived { get; init; }

    /// <summary>Since when the registry can't be asked, so that the list may be out of date; null if it can.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>Why the registry can't be asked, for people to read, without secrets; null if it can.</summary>
    public string? StaleReason { get; init; }

    /// <summary>
    /// The calls of all its endpoints, also of those that are gone since; null before <see cref="DiscoveryChannelFactory.CountCalls"/>. A
    /// call that is sent to a second endpoint counts twice; one that finds no endpoint does not count.
    /// </summary>
    public CallCounts? Calls { get; init; }

    /// <summary>The endpoints, sorted by address.</summary>
    public required IReadOnlyList<EndpointInspection> Endpoints { get; init; }

    internal static TargetInspection Of(SharedHandler shared)
    {
        var handler = shared.Handler;
        var list = handler.List;
        return new TargetInspection
        {
            Id = shared.Id,
            Target = handler.Balancer.Target,
            Policy = handler.Balancer.Policy,
            State = handler.State,
            ListReceived = list.Received,
            StaleSince = list.StaleSince,
            StaleReason = list.StaleReason,
            Calls = handler.Balancer.CountedCalls,
            Endpoints = handler.Balancer.Inspect(),
        };
    }
}
