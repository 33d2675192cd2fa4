using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>
/// A logger that never throws: what a failed call ends with must not depend on whether it can be logged, and an exception can throw
/// from its own ToString.
/// </summary>
internal sealed partial class GuardedLogger(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception failure)
        {
            Report(failure);
            return false;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception failure)
        {
            Report(failure);
            LogNotLogged(eventId, exception?.GetType(), formatter(state, null));
        }
    }

    private void LogNotLogged(EventId eventId, Type? exceptionType, string line)
    {
        try
        {
            LogNotLogged(inner, eventId.Name, exceptionType, line);
        }
        catch (Exception failure)
        {
            Report(failure);
        }
    }

    // The type only: the message may quote what can't be written, and this is no log.
    private static void Report(Exception failure) => Trace.TraceError("A logger threw {0}.", failure.GetType());

    [LoggerMessage(
        2007, LogLevel.Error, "A logger could not write {Event} with its exception of type {ExceptionType}; the line was: {Line}",
        EventName = "FailureNotLogged")]
    private static partial void LogNotLogged(ILogger logger, string? @event, Type? exceptionType, string line);
}
