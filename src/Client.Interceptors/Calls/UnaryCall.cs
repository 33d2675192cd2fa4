using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// What the caller of an observed unary call holds on to: the library's call that is the current one, as it may be sent again.
/// </summary>
internal sealed class UnaryCall<TResponse>(AsyncUnaryCall<TResponse> current)
{
    private volatile bool _disposed;

    public AsyncUnaryCall<TResponse> Current { get; private set; } = current;

    public bool IsDisposed => _disposed;

    public void Replace(AsyncUnaryCall<TResponse> next)
    {
        var failed = Current;
        Current = next;
        failed.Dispose();
        if (_disposed)
            next.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        Current.Dispose();
    }
}
