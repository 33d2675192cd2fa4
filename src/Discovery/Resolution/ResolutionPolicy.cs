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
    private bool _isProvisional;
    private Resolution? _told;

    /// <summary>When <see cref="OnDue"/> is to be called, if nothing comes before; null for never.</summary>
    public TimeSpan? DueAt { get; private set; } =
        lastKnown is null || options.Cache.WaitTime > options.FirstAnswerTimeout ? options.FirstAnswerTimeout : options.Cache.WaitTime;

    /// <summary>What the channel has been told to use, held endpoints included, sorted by address; empty if nothing.</summary>
    public ImmutableArray<DiscoveryEndpoint> InUse { get; private set; } = [];

    /// <summary>How many of those in use are so only until a grace time is over.</summary>
    public int Held => _emptySince is null ? _removals.Held.Length : InUse.Length;

    /// <summary>Whether the channel has a list, so that a change may wait a moment.</summary>
    public bool HasList => !InUse.IsEmpty;

    /// <summary>What to tell the channel; null for nothing.</summary>
    public Resolution? On(EndpointSnapshot snapshot, TimeSpan now)
    {
        if (!snapshot.IsStale)
            (_lastKnown, _isProvisional) = (null, false);
        if (snapshot.IsStale && HasList && (snapshot.Endpoints.IsEmpty || snapshot.Endpoints.SequenceEqual(_removals.Listed)))
        {
            // An outage says nothing about the endpoints, nor for how long some have been missing.
            (DueAt, _emptySince) = (_isProvisional ? options.FirstAnswerTimeout : null, null);
            return null;
        }

        if (snapshot.Endpoints.IsEmpty)
            return OnEmpty(snapshot, now);
        _emptySince = null;
        _removals.Apply(snapshot.Endpoints, now);
        var told = Use(_removals.Listed, _removals.Held);
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
            var last = InUse;
            (InUse, _emptySince, _removals) = ([], null, new RemovalGuard(options));
            return Fail(NoneRegistered(), last);
        }

        if (!HasList)
            return OnNoAnswer(now);
        if (_isProvisional)
            return EndProvisional();
        _removals.Expire(now);
        var told = Use(_removals.Listed, _removals.Held);
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
            return UseLastKnown(now) ?? Fail($"No endpoint of service '{service}' is known: {snapshot.StaleReason}");
        _removals.Apply([], now);
        if (!HasList)
            return Fail(NoneRegistered());
        _emptySince ??= now;
        DueAt = _emptySince + options.EmptyListGraceTime;
        return null;
    }

    private Resolution? OnNoAnswer(TimeSpan now)
    {
        if (UseLastKnown(now) is { } told)
            return told;
        DueAt = options.FirstAnswerTimeout;
        return now < DueAt
            ? null
            : Fail($"Discovery has not answered for service '{service}' within {options.FirstAnswerTimeout.TotalSeconds:0.###} s.");
    }

    /// <summary>The guard does not know them, so that the registry's own list takes their place at once, however short it is.</summary>
    private Resolution? UseLastKnown(TimeSpan now)
    {
        var read = _lastKnown;
        _lastKnown = null;
        if (read?.Invoke() is not { Endpoints: { IsEmpty: false } endpoints })
            return null;
        // Where none of these can be connected, calls wait for the registry's answer, as they would without them.
        _isProvisional = now < options.FirstAnswerTimeout;
        DueAt = _isProvisional ? options.FirstAnswerTimeout : null;
        return Use(endpoints, held: []);
    }

    private Resolution EndProvisional()
    {
        (_isProvisional, DueAt) = (false, null);
        return _told!;
    }

    private Resolution? Use(ImmutableArray<DiscoveryEndpoint> listed, ImmutableArray<DiscoveryEndpoint> held)
    {
        // Changed metadata is told too, for pickers that weigh by it; connections are kept by address, so that it breaks none.
        if (_failure is null && _told is not null && _told.Endpoints.SequenceEqual(listed) && _told.Held.SequenceEqual(held))
            return null;
        InUse = held.IsEmpty ? listed : [.. listed.Concat(held).OrderBy(e => e.Address, StringComparer.Ordinal)];
        _failure = null;
        _told = new Resolution(listed, Failure: null) { Held = held };
        return _isProvisional ? _told with { IsProvisional = true } : _told;
    }

    private Resolution? Fail(string reason, ImmutableArray<DiscoveryEndpoint>? last = null)
    {
        DueAt = null;
        if (_failure == reason)
            return null;
        _failure = reason;
        _told = null;
        return new Resolution([], reason) { Held = last ?? [] };
    }

    private string NoneRegistered() => $"No endpoint of service '{service}' is registered.";
}
