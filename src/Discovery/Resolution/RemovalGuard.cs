using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>
/// Holds on to endpoints that were removed in large numbers: such a list tells more often of trouble with the registry than of servers
/// that have gone. Counts what is missing, not what was exchanged, so that a rollout, which puts others in their place, passes at once.
/// Time is an argument, from any fixed start.
/// </summary>
internal sealed class RemovalGuard(DiscoveryResolverOptions options)
{
    private readonly Dictionary<string, (DiscoveryEndpoint Endpoint, TimeSpan At)> _removed = new(StringComparer.Ordinal);

    // How many were listed until when, within the window. Falls from the first to the last: what a larger one follows has no say.
    private readonly List<(int Count, TimeSpan Until)> _counts = [];
    private int _expected;
    private TimeSpan? _holdsUntil;

    /// <summary>The list as the registry has it.</summary>
    public ImmutableArray<DiscoveryEndpoint> Listed { get; private set; } = [];

    /// <summary>When <see cref="Current"/> changes by time alone; null if it does not.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>How many endpoints the last <see cref="Current"/> held on to.</summary>
    public int Held { get; private set; }

    public void Apply(ImmutableArray<DiscoveryEndpoint> listed, TimeSpan now)
    {
        var most = MostListed(now);
        NoteRemoved(listed, now);
        Listed = listed;
        if (listed.Length >= _expected)
            EndHold();
        if (most - listed.Length > most * options.MassRemovalShare)
            (_expected, _holdsUntil) = (Math.Max(_expected, most), now + options.MassRemovalGraceTime);
    }

    /// <summary>What is to be used: the list, and with it what is held on to.</summary>
    public ImmutableArray<DiscoveryEndpoint> Current(TimeSpan now)
    {
        (DueAt, Held) = (null, 0);
        if (_holdsUntil is not { } until)
            return Listed;
        var held = new List<DiscoveryEndpoint>();
        foreach (var (endpoint, at) in _removed.Values)
        {
            var end = TimeSpan.FromTicks(Math.Min(until.Ticks, (at + options.MassRemovalGraceTime).Ticks));
            if (end <= now)
                continue;
            held.Add(endpoint);
            DueAt = DueAt < end ? DueAt : end;
        }

        Held = held.Count;
        if (Held > 0)
            return [.. Listed.Concat(held).OrderBy(e => e.Address, StringComparer.Ordinal)];
        EndHold();
        return Listed;
    }

    private int MostListed(TimeSpan now)
    {
        _counts.RemoveAll(c => c.Count <= Listed.Length || c.Until < now - options.MassRemovalWindow);
        _counts.Add((Listed.Length, now));
        return _counts[0].Count;
    }

    private void NoteRemoved(ImmutableArray<DiscoveryEndpoint> listed, TimeSpan now)
    {
        var next = 0;
        foreach (var known in Listed)
        {
            // Both are sorted.
            while (next < listed.Length && string.CompareOrdinal(listed[next].Address, known.Address) < 0)
                next++;
            if (next == listed.Length || listed[next].Address != known.Address)
                _removed[known.Address] = (known, now);
        }

        if (_removed.Count == 0)
            return;
        foreach (var endpoint in listed)
            _removed.Remove(endpoint.Address);
        var kept = _holdsUntil is null || options.MassRemovalGraceTime < options.MassRemovalWindow
            ? options.MassRemovalWindow
            : options.MassRemovalGraceTime;
        foreach (var (address, removed) in _removed)
        {
            if (removed.At < now - kept)
                _removed.Remove(address);
        }
    }

    private void EndHold()
    {
        if (_holdsUntil is null)
            return;
        (_expected, _holdsUntil) = (0, null);
        _removed.Clear();
    }
}
