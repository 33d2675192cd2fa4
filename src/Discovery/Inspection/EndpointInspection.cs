namespace Interceptors.Discovery;

/// <summary>What a channel knows of one endpoint at one moment. Immutable.</summary>
public sealed record EndpointInspection
{
    /// <summary>Tells it from all others of this process, as long as it is known to the channel. Positive.</summary>
    public long Id { get; init; }

    /// <summary>The endpoint, with what its registration says of it. Names and metadata are as others wrote them: escape them.</summary>
    public required DiscoveryEndpoint Endpoint { get; init; }

    /// <summary>What it is to the channel.</summary>
    public required EndpointCondition Condition { get; init; }

    /// <summary>Why it takes no calls, for people to read, without secrets; null if nothing is known to be wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether there is a connection to it. It may take no calls all the same: it may be ejected, or not healthy.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether it is off the list, and used only while nothing on the list can be.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The weight in force: what its load reports give it, else the registered one. At least 1.</summary>
    public required int Weight { get; init; }

    /// <summary>
    /// Calls that have begun and not ended. 0 where calls are not observed: see <see cref="DiscoveryChannelFactory.CountCalls"/>.
    /// </summary>
    public int InFlight { get; init; }

    /// <summary>Its calls; null before <see cref="DiscoveryChannelFactory.CountCalls"/>.</summary>
    public CallCounts? Calls { get; init; }
}
