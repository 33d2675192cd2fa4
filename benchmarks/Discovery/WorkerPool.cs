using System.Diagnostics;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>What limits many servers: a few workers, such as connections to a database, one for each running call.</summary>
internal sealed class WorkerPool : IDisposable
{
    public const int Workers = 8;

    private readonly SemaphoreSlim _free = new(Workers);
    private long _busy;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Waits for a worker and keeps it busy for a while.</summary>
    public async Task WorkAsync(TimeSpan time)
    {
        await _free.WaitAsync();
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(time);
        Interlocked.Add(ref _busy, Stopwatch.GetTimestamp() - start);
        _free.Release();
    }

    public void Dispose() => _free.Dispose();

    /// <summary>The share of the workers' time that was used since the last question.</summary>
    public double TakeUtilization()
    {
        var now = Stopwatch.GetTimestamp();
        var busy = Interlocked.Exchange(ref _busy, 0);
        return (double)busy / (now - Interlocked.Exchange(ref _since, now)) / Workers;
    }
}
