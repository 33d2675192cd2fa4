namespace Grpc.Core;

/// <summary>
/// What a running call can be asked, however it was made. Callbacks with a state are kept as they are and called with that state;
/// those without serve as their own state, so that neither form needs a closure.
/// </summary>
internal readonly struct AsyncCallState
{
    private readonly object _responseHeaders;
    private readonly object _getStatus;
    private readonly object _getTrailers;
    private readonly object _dispose;

    public AsyncCallState(
        Func<object, Task<Metadata>> responseHeaders,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        State = state;
    }

    public AsyncCallState(Task<Metadata> responseHeaders, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose)
    {
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        State = null;
    }

    public object? State { get; }

    public Task<Metadata> ResponseHeadersAsync() => _responseHeaders is Func<object, Task<Metadata>> callback
        ? callback(State!)
        : (Task<Metadata>)_responseHeaders;

    public Status GetStatus() => _getStatus is Func<object, Status> callback ? callback(State!) : ((Func<Status>)_getStatus)();

    public Metadata GetTrailers() =>
        _getTrailers is Func<object, Metadata> callback ? callback(State!) : ((Func<Metadata>)_getTrailers)();

    public void Dispose()
    {
        if (_dispose is Action<object> callback)
        {
            callback(State!);
        }
        else
        {
            ((Action)_dispose)();
        }
    }
}
