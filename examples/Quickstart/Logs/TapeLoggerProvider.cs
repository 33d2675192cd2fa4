using Interceptors.Propagation;

namespace Quickstart.Logs;

/// <summary>An ordinary logger provider, scopes included.</summary>
internal sealed class TapeLoggerProvider(LogTape tape, string host) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add<TState>(string category, TState state, string message, Exception? exception)
    {
        var values = new Dictionary<string, object?>();
        Collect(state, values);
        var traceId = values.GetValueOrDefault("TraceId") as string;
        if (traceId is null)
        {
            var scoped = new Dictionary<string, object?>();
            _scopes?.ForEachScope(Collect, scoped);
            // Where the host puts the Activity's own id on every line, and it is the same, there is no other scope.
            traceId = (scoped.GetValueOrDefault(TraceId.DefaultKey) ?? scoped.GetValueOrDefault("TraceId")) as string;
        }

        tape.Add(new LogLine(host, category, message, traceId, values, exception));
    }

    private static void Collect(object? state, Dictionary<string, object?> values)
    {
        foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            values[name] = value;
    }

    private sealed class Logger(TapeLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => provider.IsRecording;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (provider.IsRecording)
                provider.Add(category, state, formatter(state, exception), exception);
        }
    }

    private bool IsRecording => tape.IsRecording;
}
