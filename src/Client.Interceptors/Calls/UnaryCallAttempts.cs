using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The attempts of an observed unary call that was sent again, or disposed without a response. Few calls are, so this is kept in a table
/// beside the first attempt, which the caller's call object holds.
/// </summary>
internal sealed class UnaryCallAttempts<TResponse>
{
    private static readonly ConditionalWeakTable<AsyncUnaryCall<TResponse>, UnaryCallAttempts<TResponse>> Known = [];

    private volatile bool _disposed;

    private UnaryCallAttempts(AsyncUnaryCall<TResponse> first) => Current = first;

    /// <summary>The latest attempt.</summary>
    public AsyncUnaryCall<TResponse> Current { get; private set; }

    public static UnaryCallAttempts<TResponse> Of(AsyncUnaryCall<TResponse> first) =>
        Known.GetOrAdd(first, static first => new UnaryCallAttempts<TResponse>(first));

    public static bool IsDisposed(AsyncUnaryCall<TResponse> first) => Known.TryGetValue(first, out var call) && call._disposed;

    /// <summary>The call object for the caller, with a response of its own.</summary>
    public static AsyncUnaryCall<TResponse> With(Task<TResponse> response, AsyncUnaryCall<TResponse> first) => new(
        response,
        static first => Latest(first).ResponseHeadersAsync,
        static first => Latest(first).GetStatus(),
        static first => Latest(first).GetTrailers(),
        static first => Dispose((AsyncUnaryCall<TResponse>)first),
        first);

    /// <summary>The call has been sent again.</summary>
    public void Replace(AsyncUnaryCall<TResponse> next)
    {
        var failed = Current;
        Current = next;
        Interlocked.MemoryBarrier();
        failed.Dispose();
        if (_disposed)
            next.Dispose();
    }

    private static AsyncUnaryCall<TResponse> Latest(object state)
    {
        var first = (AsyncUnaryCall<TResponse>)state;
        return !first.ResponseAsync.IsCompletedSuccessfully && Known.TryGetValue(first, out var call) ? call.Current : first;
    }

    private static void Dispose(AsyncUnaryCall<TResponse> first)
    {
        if (first.ResponseAsync.IsCompletedSuccessfully)
        {
            first.Dispose();
            return;
        }
        // It may be about to be sent again.
        var call = Of(first);
        call._disposed = true;
        // Whichever of this and Replace comes second sees what the first has written.
        Interlocked.MemoryBarrier();
        call.Current.Dispose();
    }
}
