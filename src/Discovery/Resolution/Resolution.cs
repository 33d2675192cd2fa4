using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>What a balancer is told: a list, or why there is none.</summary>
/// <param name="Endpoints">The endpoints on the list.</param>
/// <param name="Failure">Why there is none, for people to read; null if there is one.</param>
internal sealed record Resolution(ImmutableArray<DiscoveryEndpoint> Endpoints, string? Failure)
{
    private const int MostShown = 10;

    /// <summary>What is off the list, and to be used only while nothing on it can be, over connections that there are.</summary>
    public ImmutableArray<DiscoveryEndpoint> Held { get; init; } = [];

    /// <summary>Whether the registry has not answered yet, so that calls had better wait than fail.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>For people and logs, so not thousands of addresses.</summary>
    public override string ToString() => Failure
        ?? string.Join(", ", Endpoints.Take(MostShown)) + (Endpoints.Length > MostShown ? $" and {Endpoints.Length - MostShown} more" : "");
}
