using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>A logger that hears warnings and writes nothing.</summary>
internal sealed class SilentProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new SilentLogger();

    public void Dispose()
    {
    }

    private sealed class SilentLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
