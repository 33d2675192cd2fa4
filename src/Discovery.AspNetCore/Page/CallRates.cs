using System.Runtime.InteropServices;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// What was counted some seconds ago, by target and address, so that rates are those of the last seconds. Read by one reader at a time.
/// </summary>
internal sealed class CallRates(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private Dictionary<(long Channel, string Address), Baseline> _current = [];
    private Dictionary<(long Channel, string Address), Baseline> _next = [];

    /// <summary>The calls of the last two to four seconds, and the seconds.</summary>
    public (CallCounts Counts, double Seconds) Recent(long channel, string address, CallCounts now)
    {
        var moment = time.GetTimestamp();
        if (!_current.TryGetValue((channel, address), out var baseline) || baseline.New.Counts.Calls > now.Calls)
            baseline = new Baseline((now, moment), (now, moment));
        else if (time.GetElapsedTime(baseline.New.Moment) >= Window)
            baseline = new Baseline(baseline.New, (now, moment));
        CollectionsMarshal.GetValueRefOrAddDefault(_next, (channel, address), out _) = baseline;
        var seconds = time.GetElapsedTime(baseline.Old.Moment).TotalSeconds;
        return seconds <= 0 ? (CallCounts.None, 1) : (now.Since(baseline.Old.Counts), seconds);
    }

    /// <summary>Forgets who was not asked for since the last time.</summary>
    public void EndReading()
    {
        (_current, _next) = (_next, _current);
        _next.Clear();
    }

    private sealed record Baseline((CallCounts Counts, long Moment) Old, (CallCounts Counts, long Moment) New);
}
