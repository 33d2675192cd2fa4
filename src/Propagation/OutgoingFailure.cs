using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// Tells the failure of an outgoing call from an exception of the code that makes the call. Client interceptors mark what they let out; the
/// server's recovery interceptor asks, because the failure of a handler's own call is not the answer to the handler's caller.
/// </summary>
/// <remarks>
/// The mark belongs to the exception object. It survives <c>await</c>, <c>throw;</c> and being wrapped (the wrapper is not marked, its
/// inner exception is), and is gone when the code throws an <see cref="RpcException"/> of its own.
/// </remarks>
public static class OutgoingFailure
{
    private static readonly ConditionalWeakTable<Exception, object> Marked = [];
    private static readonly object Present = new();

    /// <summary>Marks an exception with which an outgoing call failed.</summary>
    /// <param name="exception">The exception, before its caller sees it. Marking it again changes nothing.</param>
    public static void Mark(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Marked.TryAdd(exception, Present);
        // The status within, where the client throws OperationCanceledExceptions.
        if (exception is OperationCanceledException { InnerException: RpcException failure })
            Marked.TryAdd(failure, Present);
    }

    /// <summary>
    /// Whether the exception is the failure of an outgoing call. True for marked exceptions, and for those of grpc-dotnet's client that
    /// show their origin: failures made up locally ("Error starting gRPC call. …"), of streams, of blocking calls and of calls with
    /// retries.
    /// </summary>
    /// <remarks>
    /// The failure of a plain asynchronous unary call or upload on a channel without any client interceptor of this kit can't be told from
    /// an exception of the handler.
    /// </remarks>
    /// <param name="exception">The exception itself, without what is wrapped around it.</param>
    public static bool Is(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Marked.TryGetValue(exception, out _) || (exception is RpcException failure && IsOfClient(failure));
    }

    private static bool IsOfClient(RpcException failure) =>
        (failure.Status.DebugException is not null
            && failure.Status.Detail?.StartsWith("Error starting gRPC call.", StringComparison.Ordinal) == true)
        || failure.StackTrace?.Contains(" Grpc.Net.Client.", StringComparison.Ordinal) == true;
}
