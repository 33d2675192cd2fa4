using System.Reflection;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Server;

/// <summary>Unwraps exceptions that only wrap another one.</summary>
internal static class RootException
{
    /// <summary>
    /// The cause of <paramref name="error"/>, which is <paramref name="error"/> itself unless it only wraps another. An
    /// AggregateException of several has no one cause and stays as it is.
    /// </summary>
    public static Exception Of(Exception error)
    {
        // A loop, since nothing bounds how deeply exceptions are nested.
        while (Wrapped(error) is { } inner)
            error = inner;
        return error;
    }

    /// <summary>Whether the process itself is broken, by the cause or by one of several.</summary>
    public static bool IsFatal(Exception cause)
    {
        if (cause is not AggregateException several)
            return cause is (
                OutOfMemoryException and not InsufficientMemoryException) or StackOverflowException or AccessViolationException;
        foreach (var inner in several.InnerExceptions)
        {
            if (IsFatal(Of(inner)))
                return true;
        }
        return false;
    }

    private static Exception? Wrapped(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var only] } => only,
        TargetInvocationException => error.InnerException,
        // So grpc-dotnet's client reports with ThrowOperationCanceledOnCancellation.
        OperationCanceledException { InnerException: RpcException failure } when OutgoingFailure.Is(failure) => failure,
        // So HttpClient reports that its own time was up.
        OperationCanceledException { InnerException: TimeoutException timeout } => timeout,
        _ => null,
    };
}
