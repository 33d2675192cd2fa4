using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The logger factory of a channel. grpc-dotnet starts an Activity for each call, also for one that nobody traces, as soon as its logger
/// is enabled for Critical, which every console provider is; it costs a quarter of the memory of a call, and <c>traceparent</c> on the
/// wire. It writes no line at that level. So this says that Critical is off, unless Debug was asked for. A call under an Activity, and one
/// that an ActivitySource's listener wants, has its Activity as before.
/// </summary>
internal sealed class ChannelLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private const string CallCategory = "Grpc.Net.Client.Internal.GrpcCall";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName == CallCategory ? new CallLogger(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The inner one belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private sealed class CallLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel == LogLevel.Critical ? LogLevel.Debug : logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
