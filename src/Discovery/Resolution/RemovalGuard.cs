using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>
/// Holds on to endpoints that leave the list in large numbers at once: such a list tells more often of trouble with the registry than of
/// servers that have gone. Counts what is missing, not what was exchanged, so that a rollout, which puts others in their place, passes at
/// once. What has been dropped is never brought back. Time is an argument, from any fixed start.
/// </summary>
internal sealed class RemovalGuard(DiscoveryResolverOptions options)
{
    private readonly Dictionary<string, DiscoveryEndpoint> _held = new(StringComparer.Ordinal);

    // How many were listed until when, within the window. Falls from the first to the last: what a larger one follows has no say.
    private readonly List<(int Count, TimeSpan Until)> _counts = [];
    private int _expected;
    private TimeSpan? _holdsUntil;

    /// <summary>The list as the registry has it.</summary>
    public ImmutableArray<DiscoveryEndpoint> Listed { get; private set; } = [];

    /// <summary>When <see cref="Held"/> changes by time alone; null if it does not.</summary>
    public TimeSpan? DueAt => _held.Count > 0 ? _holdsUntil : null;

    /// <summary>What is off the list and still in use, sorted by address.</summary>
    public ImmutableArray<DiscoveryEndpoint> Held { get; private set; } = [];

    public void Apply(ImmutableArray<DiscoveryEndpoint> listed, TimeSpan now)
    {
        Expire(now);
        var most = MostListed(now);
        if (most - listed.Length > most * options.MassRemovalShare)
            (_expected, _holdsUntil) = (Math.Max(_expected, most), now + options.MassRemovalGraceTime);
        if (_holdsUntil is not null)
            HoldRemoved(listed);
        Listed = listed;
        if (listed.Length >= _expected)
            EndHold();
        Sort();
    }

    /// <summary>Lets go of what was held long enough.</summary>
    public void Expire(TimeSpan now)
    {
        if (_holdsUntil is { } until && until <= now)
            EndHold();
        Sort();
    }

    private int MostListed(TimeSpan now)
    {
        _counts.RemoveAll(c => c.Count <= Listed.Length || c.Until < now - options.MassRemovalWindow);
        _counts.Add((Listed.Length, now));
        return _counts[0].Count;
    }

    private void HoldRemoved(ImmutableArray<DiscoveryEndpoint> listed)
    {
        var next = 0;
        foreach (var known in Listed)
        {
            // Both are sorted.
            while (next < listed.Length && string.CompareOrdinal(listed[next].Address, known.Address) < 0)
                next++;
            if (next == listed.Length || listed[next].Address != known.Address)
                _held[known.Address] = known;
        }

        foreach (var endpoint in listed)
            _held.Remove(endpoint.Address);
    }

    private void EndHold()
    {
        (_expected, _holdsUntil) = (0, null);
        _held.Clear();
    }

    private void Sort()
    {
        if (_held.Count != Held.Length || Held.Any(e => !_held.ContainsKey(e.Address)))
            Held = [.. _held.Values.OrderBy(e => e.Address, StringComparer.Ordinal)];
    }
}
