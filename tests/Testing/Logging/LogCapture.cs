using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Interceptors.Testing;

/// <summary>One log line with its structured fields and the properties of the scopes around it.</summary>
public sealed record LogLine(
    string Category,
    LogLevel Level,
    EventId Event,
    string Message,
    Exception? Exception,
    IReadOnlyDictionary<string, object?> Fields,
    IReadOnlyDictionary<string, object?> Scope);

/// <summary>A logger provider that keeps every line.</summary>
public sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    /// <summary>A factory that logs here only, at every level unless told otherwise.</summary>
    public ILoggerFactory Factory(LogLevel minimum = LogLevel.Trace) =>
        LoggerFactory.Create(logging => logging.SetMinimumLevel(minimum).AddProvider(this));

    public IReadOnlyList<LogLine> Named(string eventName) => [.. _lines.Where(line => line.Event.Name == eventName)];

    /// <summary>Forgets all lines.</summary>
    public void Clear() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture._scopes.Push(state);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new Dictionary<string, object?>();
            capture._scopes.ForEachScope(static (state, scope) => AddFields(state, scope), scope);
            var fields = new Dictionary<string, object?>();
            AddFields(state, fields);
            capture._lines.Enqueue(new LogLine(category, logLevel, eventId, formatter(state, exception), exception, fields, scope));
        }

        private static void AddFields(object? state, Dictionary<string, object?> fields)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> pairs)
                return;
            foreach (var (key, value) in pairs)
                fields[key] = value;
        }
    }
}
