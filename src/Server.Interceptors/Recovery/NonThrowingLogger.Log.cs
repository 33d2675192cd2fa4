using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class NonThrowingLogger
{
    [LoggerMessage(
        2007, LogLevel.Error, "A logger could not write {Event} with its exception of type {ExceptionType}; the line was: {Line}",
        EventName = "FailureNotLogged")]
    private static partial void LogFailureNotLogged(ILogger logger, string? @event, Type? exceptionType, string line);
}
