namespace Interceptors.Discovery;

/// <summary>How old the list of a resolver is.</summary>
/// <param name="Received">When the last list came; null if none has.</param>
/// <param name="StaleSince">Since when the registry can't be asked; null if it can, or has not been.</param>
/// <param name="StaleReason">Why it can't; null if it can.</param>
internal sealed record ListStatus(DateTimeOffset? Received, DateTimeOffset? StaleSince, string? StaleReason)
{
    public static ListStatus None { get; } = new(Received: null, StaleSince: null, StaleReason: null);

    public ListStatus After(EndpointSnapshot snapshot, DateTimeOffset now) => snapshot.IsStale
        ? new ListStatus(Received, snapshot.StaleSince, snapshot.StaleReason)
        : new ListStatus(now, StaleSince: null, StaleReason: null);
}
