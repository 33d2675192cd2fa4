namespace Interceptors.Client;

/// <summary>
/// Cancelled when either the caller of a client cancels its call, or the call being handled is over. Must be released at the call's end,
/// since both tokens may live on.
/// </summary>
internal sealed class JoinedCancellation : CancellationTokenSource
{
    private readonly CancellationTokenRegistration _caller;
    private readonly CancellationTokenRegistration _incoming;

    public JoinedCancellation(CancellationToken caller, CancellationToken incoming)
    {
        _caller = Follow(caller);
        _incoming = Follow(incoming);
    }

    // Not Dispose, which would wait for the very callback that may be running this.
    public void Release()
    {
        _caller.Unregister();
        _incoming.Unregister();
    }

    private CancellationTokenRegistration Follow(CancellationToken token) =>
        token.UnsafeRegister(static self => ((JoinedCancellation)self!).Cancel(), this);
}
