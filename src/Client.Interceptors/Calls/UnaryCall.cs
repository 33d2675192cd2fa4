using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// An observed unary call of which there is more to know than its first attempt: it is sent again, or was disposed without a response. Few
/// are, so the caller's call object holds the first attempt, and finds this beside it.
/// </summary>
internal sealed class UnaryCall<TResponse>
{
    private static readonly ConditionalWeakTable<AsyncUnaryCall<TResponse>, UnaryCall<TResponse>> Known = [];

    private volatile bool _disposed;

    private UnaryCall(AsyncUnaryCall<TResponse> first) => Current = first;

    /// <summary>The latest attempt.</summary>
    public AsyncUnaryCall<TResponse> Current { get; private set; }

    public static UnaryCall<TResponse> Of(AsyncUnaryCall<TResponse> first) => Known.GetOrAdd(first, static first => new UnaryCall<TResponse>(first));

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
