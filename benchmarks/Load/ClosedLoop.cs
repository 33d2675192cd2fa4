using System.Diagnostics;

namespace Interceptors.Benchmarks.Load;

/// <summary>
/// Callers that each make a call, wait for its end, and make the next. Kept over rounds, so that measuring allocates nothing.
/// </summary>
internal sealed class ClosedLoop(int callers)
{
    private readonly List<long>[] _durations = [.. Enumerable.Range(0, callers).Select(static _ => new List<long>(16_384))];

    /// <summary>How long each call of the last round took, in microseconds.</summary>
    public IEnumerable<double> Microseconds =>
        _durations.SelectMany(static list => list).Select(static ticks => ticks * 1e6 / Stopwatch.Frequency);

    public int Calls => _durations.Sum(static list => list.Count);

    /// <summary>Makes calls for a while.</summary>
    /// <returns>For how long, in seconds: until the last call had ended.</returns>
    public async Task<double> RunAsync(Func<Task> call, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(_durations.Select(durations => Task.Run(() => CallAsync(call, durations, until))));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task CallAsync(Func<Task> call, List<long> durations, long until)
    {
        durations.Clear();
        for (var start = Stopwatch.GetTimestamp(); start < until;)
        {
            await call();
            var end = Stopwatch.GetTimestamp();
            durations.Add(end - start);
            start = end;
        }
    }
}
