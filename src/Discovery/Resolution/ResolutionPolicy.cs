using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>
/// Decides what a channel is told, from what discovery says. No clock and no threads of its own: the resolver asks it.
/// </summary>
internal sealed class ResolutionPolicy(string service, DiscoveryResolverOptions options)
{
    private ImmutableArray<ServiceEndpoint> _inUse = [];
    private string? _failure;

    /// <summary>When <see cref="OnDue"/> is to be called if nothing comes before: that long from the last call.</summary>
    public TimeSpan? Due { get; private set; } = options.FirstAnswerTimeout;

    /// <summary>Whether the channel has a list, so that a change may wait a moment.</summary>
    public bool HasList => !_inUse.IsEmpty;

    /// <summary>What to tell the channel; null for nothing.</summary>
    public Resolution? On(EndpointSnapshot snapshot)
    {
        // An outage says nothing about the endpoints, nor for how long there have been none.
        if (snapshot.IsStale && HasList && snapshot.Endpoints.IsEmpty)
            return Nothing();
        if (!snapshot.Endpoints.IsEmpty)
            return Use(snapshot.Endpoints);
        if (HasList)
        {
            Due ??= options.EmptyListGraceTime;
            return null;
        }

        return Fail(snapshot.IsStale
            ? $"No endpoint of service '{service}' is known: {snapshot.StaleReason}"
            : NoneRegistered());
    }

    /// <summary>The time in <see cref="Due"/> has passed.</summary>
    public Resolution? OnDue()
    {
        if (!HasList)
            return Fail($"Discovery has not answered for service '{service}' within {options.FirstAnswerTimeout.TotalSeconds:0.###} s.");
        _inUse = [];
        return Fail(NoneRegistered());
    }

    /// <summary>Discovery has ended: the source was disposed.</summary>
    public Resolution? OnEnd() => HasList ? Nothing() : Fail($"Discovery of service '{service}' has been closed.");

    private Resolution? Use(ImmutableArray<ServiceEndpoint> endpoints)
    {
        Due = null;
        // Changed metadata is told too, for pickers that weigh by it; connections are kept by address, so that it breaks none.
        if (_failure is null && _inUse.SequenceEqual(endpoints))
            return null;
        _inUse = endpoints;
        _failure = null;
        return new Resolution(endpoints, Failure: null);
    }

    private Resolution? Fail(string reason)
    {
        Due = null;
        if (_failure == reason)
            return null;
        _failure = reason;
        return new Resolution([], reason);
    }

    private Resolution? Nothing()
    {
        Due = null;
        return null;
    }

    private string NoneRegistered() => $"No endpoint of service '{service}' is registered.";
}

/// <summary>What a channel is told: a list that is not empty, or why there is none.</summary>
internal sealed record Resolution(ImmutableArray<ServiceEndpoint> Endpoints, string? Failure)
{
    private const int MostShown = 10;

    /// <summary>For people and logs, so not thousands of addresses.</summary>
    public override string ToString() => Failure
        ?? string.Join(", ", Endpoints.Take(MostShown)) + (Endpoints.Length > MostShown ? $" and {Endpoints.Length - MostShown} more" : "");
}
