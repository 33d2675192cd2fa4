using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Interceptors.Server;

/// <summary>The limits of individual callers. Idle callers are removed to bound the memory.</summary>
internal sealed class CallerLimits(CallLimit limit, int maxCallers, TimeProvider time)
{
    // A longer key is kept as its hash: a caller must not choose how much memory it takes.
    private const int LongestKey = 64;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseBetweenSweeps = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Limit> _callers = new(StringComparer.Ordinal);
    // One for all: a line for each of thousands of callers would be a flood.
    private readonly LogThrottle _refusals = new(time);
    private readonly Lock _adding = new();
    private Limit? _others;
    private int _count;
    private long _lastSweep = time.GetTimestamp();

    /// <summary>How many callers are told apart now.</summary>
    public int Count => Volatile.Read(ref _count);

    public Limit? Others => _others;

    public IEnumerable<Limit> Known => _callers.Values;

    public Limit Of(string? key)
    {
        key = Short(key ?? "");
        if (!_callers.TryGetValue(key, out var caller))
            caller = Add(key);
        caller.LastUsed = time.GetTimestamp();
        return caller;
    }

    private Limit Add(string key)
    {
        lock (_adding)
        {
            if (_callers.TryGetValue(key, out var caller))
                return caller;
            if (time.GetElapsedTime(_lastSweep) >= (_count < maxCallers ? IdleTime : PauseBetweenSweeps))
                Sweep();
            if (_count >= maxCallers)
                return _others ??= Make();
            caller = Make();
            _callers[key] = caller;
            Volatile.Write(ref _count, _count + 1);
            return caller;
        }
    }

    /// <summary>
    /// Forgets who has asked for nothing for a while and has all its places and starts again. A call of such a caller that came in
    /// this very moment may be counted apart from its next ones.
    /// </summary>
    private void Sweep()
    {
        _lastSweep = time.GetTimestamp();
        foreach (var (key, caller) in _callers)
        {
            if (time.GetElapsedTime(caller.LastUsed) >= IdleTime && caller.IsIdle && _callers.TryRemove(key, out _))
                Volatile.Write(ref _count, _count - 1);
        }
    }

    private Limit Make() => new(LimitKind.Caller, limit, _refusals, time);

    private static string Short(string key) =>
        key.Length <= LongestKey ? key : Convert.ToHexString(SHA256.HashData(Encoding.Unicode.GetBytes(key)));
}
