using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class RecoveryInterceptor
{
    [LoggerMessage(2001, LogLevel.Error, "The handler of {Method} failed, trace id {TraceId}", EventName = "HandlerFailed")]
    private static partial void LogFailed(ILogger logger, string method, string? traceId, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "The handler of {Method} ended because the call was cancelled, trace id {TraceId}",
        EventName = "HandlerCancelled")]
    private static partial void LogCancelled(ILogger logger, string method, string? traceId, Exception exception);

    [LoggerMessage(2003, LogLevel.Information,
        "The handler of {Method} refused the call: {Status}, trace id {TraceId}", EventName = "CallRefused")]
    private static partial void LogRefused(
        ILogger logger, string method, StatusCode status, string? traceId, Exception exception);

    [LoggerMessage(
        2004, LogLevel.Error,
        "The mapping of {ExceptionType} (RecoveryOptions.Map) {Problem}: {Method} ended as Internal, trace id {TraceId}",
        EventName = "MappingFailed")]
    private static partial void LogMappingFailed(
        ILogger logger, Type exceptionType, string problem, string method, string? traceId);

    [LoggerMessage(
        2005, LogLevel.Warning,
        "The error details of {Method} were not sent: with their {Bytes} bytes the trailers are larger than {Limit} "
            + "(RecoveryOptions.MaxTrailerBytes), trace id {TraceId}",
        EventName = "DetailsDropped")]
    private static partial void LogDetailsDropped(
        ILogger logger, string method, int bytes, int limit, string? traceId);

    [LoggerMessage(2009, LogLevel.Information, "The handler of {Method} ended because the server is stopping, trace id {TraceId}",
        EventName = "HandlerStopped")]
    private static partial void LogStopped(ILogger logger, string method, string? traceId, Exception exception);
}
