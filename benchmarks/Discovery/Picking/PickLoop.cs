using System.Diagnostics;
using Interceptors.Benchmarks.Reports;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>Threads that pick from one picker at the same time, each for calls of its own.</summary>
internal sealed class PickLoop(Func<HttpRequestMessage, Action> picker, int threads, int picks)
{
    /// <returns>CPU nanoseconds a pick, bytes a pick, and millions of picks in a second by the clock.</returns>
    public PickCost Run()
    {
        using var ready = new Barrier(threads);
        var spans = new Span[threads];
        var running = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            var own = i;
            running[i] = new Thread(() => spans[own] = Pick(ready));
            running[i].Start();
        }

        foreach (var thread in running)
            thread.Join();
        var elapsed = Stopwatch.GetElapsedTime(spans.Min(static span => span.Start), spans.Max(static span => span.End));
        var all = (double)(picks / threads * threads);
        return new PickCost(
            spans.Sum(static span => span.Nanoseconds) / all, spans.Sum(static span => span.Bytes) / all, all / elapsed.TotalMicroseconds);
    }

    private Span Pick(Barrier ready)
    {
        using var request = new HttpRequestMessage();
        var pick = picker(request);
        // The options of a request are there before it is balanced.
        pick();
        ready.SignalAndWait();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = ThreadTime.Nanoseconds();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < picks / threads; i++)
            pick();
        var end = Stopwatch.GetTimestamp();
        return new Span(start, end, ThreadTime.Nanoseconds() - cpu, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private readonly record struct Span(long Start, long End, double Nanoseconds, double Bytes);
}

/// <param name="Nanoseconds">Of CPU time, a pick.</param>
/// <param name="Bytes">A pick.</param>
/// <param name="Millions">Of picks in a second by the clock, of all threads.</param>
internal readonly record struct PickCost(double Nanoseconds, double Bytes, double Millions);
