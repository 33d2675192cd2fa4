using System.Collections.Concurrent;

namespace Interceptors;

/// <summary>
/// Values that are made when their key is first asked for. Beyond a capacity those are dropped that nobody has asked for since the last
/// time, then others: keys may come from elsewhere, such as the hosts and methods that a gateway forwards.
/// </summary>
internal sealed class BoundedTable<TKey, TValue>
    where TKey : notnull
{
    /// <summary>More than any process calls and serves by itself.</summary>
    public const int DefaultCapacity = 1000;

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Lock _adding = new();
    private readonly int _capacity;
    private readonly Func<TValue, bool>? _mayDrop;
    private int _sweepAt;

    /// <param name="capacity">How many values are kept; more only while they must not be dropped.</param>
    /// <param name="mayDrop">Whether a value can be made anew without harm; null for all of them.</param>
    public BoundedTable(int capacity = DefaultCapacity, Func<TValue, bool>? mayDrop = null)
    {
        _capacity = capacity;
        _sweepAt = capacity;
        _mayDrop = mayDrop;
    }

    public int Count => _entries.Count;

    public TValue GetOrAdd<TState>(TKey key, Func<TKey, TState, TValue> make, TState state)
    {
        if (!_entries.TryGetValue(key, out var entry))
            return Add(key, make, state);
        if (!entry.IsUsed)
            entry.IsUsed = true;
        return entry.Value;
    }

    private TValue Add<TState>(TKey key, Func<TKey, TState, TValue> make, TState state)
    {
        lock (_adding)
        {
            if (_entries.TryGetValue(key, out var entry))
                return entry.Value;
            if (_entries.Count >= _sweepAt)
                Sweep();
            var value = make(key, state);
            _entries[key] = new Entry(value);
            return value;
        }
    }

    private void Sweep()
    {
        var kept = _entries.Count;
        foreach (var (key, entry) in _entries)
        {
            if (!entry.IsUsed && MayDrop(entry) && _entries.TryRemove(key, out _))
                kept--;
            entry.IsUsed = false;
        }
        // Where all were in use, any will do: so many of them that the next sweep is far away.
        var target = kept < _capacity ? kept : _capacity / 2;
        foreach (var (key, entry) in _entries)
        {
            if (kept <= target)
                break;
            if (MayDrop(entry) && _entries.TryRemove(key, out _))
                kept--;
        }
        _sweepAt = Math.Max(_capacity, kept + (_capacity / 4));
    }

    private bool MayDrop(Entry entry) => _mayDrop?.Invoke(entry.Value) != false;

    private sealed class Entry(TValue value)
    {
        public TValue Value => value;

        /// <summary>Whether somebody has asked for it since the last sweep.</summary>
        public volatile bool IsUsed;
    }
}
