using System.Collections.Concurrent;

namespace Quickstart.Logs;

/// <summary>Records what all services log, so that a scene can show it and measure by it. Off until a scene turns it on.</summary>
internal sealed class LogTape
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private int _recordings;

    public bool IsRecording => Volatile.Read(ref _recordings) > 0;

    /// <summary>The lines of one call, in the order of logging.</summary>
    public IReadOnlyList<LogLine> Of(string? traceId) => [.. _lines.Where(line => line.TraceId == traceId)];

    /// <summary>Records until the result is disposed.</summary>
    public IDisposable Record()
    {
        Interlocked.Increment(ref _recordings);
        return new Recording(this);
    }

    /// <summary>Puts the tape under the logging of a service: its own lines and the kit's, from Debug on.</summary>
    public void AddTo(ILoggingBuilder logging, string host) => logging
        .ClearProviders()
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Interceptors", LogLevel.Debug)
        .AddFilter("Quickstart", LogLevel.Debug)
        .AddProvider(new TapeLoggerProvider(this, host));

    public void Add(LogLine line) => _lines.Enqueue(line);

    private sealed class Recording(LogTape tape) : IDisposable
    {
        public void Dispose()
        {
            if (Interlocked.Decrement(ref tape._recordings) == 0)
                tape._lines.Clear();
        }
    }
}
