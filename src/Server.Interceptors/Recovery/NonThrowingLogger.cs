using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>
/// A logger that never throws. An exception can throw from its own ToString; logging it must not change how the call ends.
/// </summary>
internal sealed partial class NonThrowingLogger(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception exception)
        {
            Report(exception);
            return false;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!TryRun(() => inner.Log(logLevel, eventId, state, exception, formatter)))
            TryRun(() => LogFailureNotLogged(inner, eventId.Name, exception?.GetType(), formatter(state, null)));
    }

    private static bool TryRun(Action log)
    {
        try
        {
            log();
            return true;
        }
        catch (Exception exception)
        {
            Report(exception);
            return false;
        }
    }

    // The type only: the message may quote what can't be written, and this is no log.
    private static void Report(Exception exception) => Trace.TraceError("A logger threw {0}.", exception.GetType());
}
