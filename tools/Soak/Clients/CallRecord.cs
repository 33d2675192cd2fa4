using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;

namespace Interceptors.Soak.Clients;

/// <summary>What became of all calls.</summary>
internal sealed class CallRecord(Stopwatch clock)
{
    private readonly ConcurrentQueue<FailedCall> _failures = new();
    private readonly ConcurrentDictionary<string, long> _answers = new();
    private long _calls;
    private long _streams;
    private long _lastSuccess;
    private long _longestGap;
    private long _longestGapEnd;

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>How many streams have ended.</summary>
    public long Streams => Interlocked.Read(ref _streams);

    public IReadOnlyCollection<FailedCall> Failures => _failures;

    /// <summary>The longest time without an answer after the first one.</summary>
    public TimeSpan LongestGap => new(Interlocked.Read(ref _longestGap));

    /// <summary>When it ended.</summary>
    public TimeSpan LongestGapEnd => new(Interlocked.Read(ref _longestGapEnd));

    public TimeSpan Now => clock.Elapsed;

    public long AnswersOf(string server) => _answers.GetValueOrDefault(server);

    public void Answered(string server)
    {
        Interlocked.Increment(ref _calls);
        _answers.AddOrUpdate(server, 1, static (_, count) => count + 1);
        var now = clock.Elapsed.Ticks;
        var last = Interlocked.Exchange(ref _lastSuccess, now);
        if (last == 0 || now - last <= Interlocked.Read(ref _longestGap))
            return;
        // Two that end at once may overwrite each other, by no more than lies between them.
        Interlocked.Exchange(ref _longestGap, now - last);
        Interlocked.Exchange(ref _longestGapEnd, now);
    }

    public void Streamed() => Interlocked.Increment(ref _streams);

    public void Failed(string kind, TimeSpan started, Status status)
    {
        if (kind == Load.Unary)
            Interlocked.Increment(ref _calls);
        else
            Interlocked.Increment(ref _streams);
        _failures.Enqueue(new FailedCall(kind, started, clock.Elapsed, status));
    }
}
