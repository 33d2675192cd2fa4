using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>What a channel is told: a list that is not empty, or why there is none.</summary>
internal sealed record Resolution(ImmutableArray<DiscoveryEndpoint> Endpoints, string? Failure)
{
    private const int MostShown = 10;

    /// <summary>For people and logs, so not thousands of addresses.</summary>
    public override string ToString() => Failure
        ?? string.Join(", ", Endpoints.Take(MostShown)) + (Endpoints.Length > MostShown ? $" and {Endpoints.Length - MostShown} more" : "");
}
