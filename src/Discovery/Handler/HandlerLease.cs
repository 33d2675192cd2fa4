namespace Interceptors.Discovery;

/// <summary>A user's handle of a shared handler.</summary>
internal sealed class HandlerLease(SharedHandler shared, Action<SharedHandler> release) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _invoker = new(shared.Handler, disposeHandler: false);
    private int _released;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _released) != 0, this);
        return _invoker.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _released, 1) == 0)
        {
            _invoker.Dispose();
            release(shared);
        }

        base.Dispose(disposing);
    }
}
