namespace Interceptors.Propagation;

/// <summary>
/// Follows the token of a request until the request ends. The server uses the token's source for another request afterwards, whose caller
/// must not cancel what still runs for this one.
/// </summary>
internal sealed class CallerCancellation : CancellationTokenSource
{
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenRegistration _registration;

    public CallerCancellation(CancellationToken aborted)
    {
        _aborted = aborted;
        _registration = aborted.UnsafeRegister(static self => ((CallerCancellation)self!).Cancel(), this);
    }

    /// <summary>Whether a token is cancelled together with this source.</summary>
    public bool Covers(CancellationToken token) => token == _aborted || token == Token;

    // Not Dispose, which would wait for the very callback that may be running this.
    public void Detach() => _registration.Unregister();
}
