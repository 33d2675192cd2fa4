using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>
/// Decides what a channel is told, from what discovery says. No clock and no threads of its own: the resolver tells it the time, counted
/// from the start.
/// </summary>
/// <param name="service">The name of the service.</param>
/// <param name="options">The policy's times and shares.</param>
/// <param name="lastKnown">Reads the list that an earlier process has left; called once at most. Null if there is none.</param>
internal sealed class ResolutionPolicy(string service, DiscoveryResolverOptions options, Func<EndpointSnapshot?>? lastKnown = null)
{
    private RemovalGuard _removals = new(options);
    private Func<EndpointSnapshot?>? _lastKnown = lastKnown;
    private TimeSpan? _emptySince;
    private string? _failure;

    /// <summary>When <see cref="OnDue"/> is to be called, if nothing comes before; null for never.</summary>
    public TimeSpan? DueAt { get; private set; } =
        lastKnown is null || options.Cache.WaitTime > options.FirstAnswerTimeout ? options.FirstAnswerTimeout : options.Cache.WaitTime;

    /// <summary>What the channel has been told to use; empty if nothing.</summary>
    public ImmutableArray<DiscoveryEndpoint> InUse { get; private set; } = [];

    /// <summary>How many of those in use are so only until a grace time is over.</summary>
    public int Held => _emptySince is null ? _removals.Held : InUse.Length;

    /// <summary>Whether the channel has a list, so that a change may wait a moment.</summary>
    public bool HasList => !InUse.IsEmpty;

    /// <summary>What to tell the channel; null for nothing.</summary>
    public Resolution? On(EndpointSnapshot snapshot, TimeSpan now)
    {
        if (!snapshot.IsStale)
            _lastKnown = null;
        if (snapshot.IsStale && HasList && (snapshot.Endpoints.IsEmpty || snapshot.Endpoints.SequenceEqual(_removals.Listed)))
        {
            // An outage says nothing about the endpoints, nor for how long some have been missing.
            (DueAt, _emptySince) = (null, null);
            return null;
        }

        if (snapshot.Endpoints.IsEmpty)
            return OnEmpty(snapshot, now);
        _emptySince = null;
        _removals.Apply(snapshot.Endpoints, now);
        var told = Use(_removals.Current(now));
        DueAt = snapshot.IsStale ? null : _removals.DueAt;
        return told;
    }

    /// <summary>The time in <see cref="DueAt"/> has come.</summary>
    public Resolution? OnDue(TimeSpan now)
    {
        if (DueAt is null || now < DueAt)
            return null;
        if (_emptySince is not null)
        {
            (InUse, _emptySince, _removals) = ([], null, new RemovalGuard(options));
            return Fail(NoneRegistered());
        }

        if (!HasList)
            return OnNoAnswer(now);
        var told = Use(_removals.Current(now));
        DueAt = _removals.DueAt;
        return told;
    }

    /// <summary>Discovery has ended: the source was disposed.</summary>
    public Resolution? OnEnd()
    {
        DueAt = null;
        return HasList ? null : Fail($"Discovery of service '{service}' has been closed.");
    }

    private Resolution? OnEmpty(EndpointSnapshot snapshot, TimeSpan now)
    {
        if (snapshot.IsStale)
            return UseLastKnown() ?? Fail($"No endpoint of service '{service}' is known: {snapshot.StaleReason}");
        _removals.Apply([], now);
        if (!HasList)
            return Fail(NoneRegistered());
        _emptySince ??= now;
        DueAt = _emptySince + options.EmptyListGraceTime;
        return null;
    }

    private Resolution? OnNoAnswer(TimeSpan now)
    {
        if (UseLastKnown() is { } told)
            return told;
        DueAt = options.FirstAnswerTimeout;
        return now < DueAt
            ? null
            : Fail($"Discovery has not answered for service '{service}' within {options.FirstAnswerTimeout.TotalSeconds:0.###} s.");
    }

    /// <summary>The guard does not know them, so that the registry's own list takes their place at once, however short it is.</summary>
    private Resolution? UseLastKnown()
    {
        var read = _lastKnown;
        _lastKnown = null;
        if (read?.Invoke() is not { Endpoints: { IsEmpty: false } endpoints })
            return null;
        DueAt = null;
        return Use(endpoints);
    }

    private Resolution? Use(ImmutableArray<DiscoveryEndpoint> endpoints)
    {
        // Changed metadata is told too, for pickers that weigh by it; connections are kept by address, so that it breaks none.
        if (_failure is null && InUse.SequenceEqual(endpoints))
            return null;
        InUse = endpoints;
        _failure = null;
        return new Resolution(endpoints, Failure: null);
    }

    private Resolution? Fail(string reason)
    {
        DueAt = null;
        if (_failure == reason)
            return null;
        _failure = reason;
        return new Resolution([], reason);
    }

    private string NoneRegistered() => $"No endpoint of service '{service}' is registered.";
}
