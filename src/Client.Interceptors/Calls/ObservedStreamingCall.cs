using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// An observed call that streams requests or responses. Thread safe: reads, writes, cancellation and the finalizer meet here.
/// </summary>
internal abstract class ObservedStreamingCall
{
    private CallState _state;
    private int _ended;

    protected ObservedStreamingCall(in CallState state)
    {
        _state = state;
        // Sent once only, and a stream may last long.
        _state.Request = null;
        _state.Start();
    }

    protected DateTime? Deadline => _state.Deadline;

    /// <summary>As <see cref="CallState.Noted"/>.</summary>
    public NotedSend Noted() => _state.Noted();

    public void Sent() => Interlocked.Increment(ref _state.Sent);

    public void Received() => Interlocked.Increment(ref _state.Received);

    /// <summary>Ends the call, if it has not ended yet: the interceptor is told once.</summary>
    public void End(Status status)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        Release();
        _state.End(status);
    }

    /// <summary>As <see cref="CallState.Failed"/>.</summary>
    public bool Failed(Exception exception, Status? ofCall = null)
    {
        OutgoingFailure.Mark(exception);
        End(_state.StatusOf(exception, ofCall));
        _state.Explanation?.Attach(exception);
        return false;
    }

    /// <summary>Stops whatever waits for the end.</summary>
    protected virtual void Release()
    {
    }
}
