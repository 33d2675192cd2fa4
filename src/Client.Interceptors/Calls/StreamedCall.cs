using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>An observed call that streams something: several threads may have to do with it.</summary>
internal abstract class StreamedCall
{
    private CallState _state;
    private int _ended;

    protected StreamedCall(in CallState state)
    {
        _state = state;
        // Sent once only, and a stream may last long.
        _state.Request = null;
        _state.Start();
    }

    protected DateTime? Deadline => _state.Deadline;

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
    public bool Failed(Exception exception)
    {
        OutgoingFailure.Mark(exception);
        End(CallState.StatusOf(exception));
        return false;
    }

    /// <summary>Lets go of what waited for the end.</summary>
    protected virtual void Release()
    {
    }
}
