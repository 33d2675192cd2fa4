namespace Interceptors.Propagation;

/// <summary>Makes a call the current one until it is disposed.</summary>
internal sealed class IncomingCallScope : IDisposable
{
    private readonly IncomingCall? _before = IncomingCall.Current;
    private readonly IncomingCall? _call;
    private readonly bool _ends;

    public IncomingCallScope(IncomingCall? call, bool ends)
    {
        _call = call;
        _ends = ends;
        IncomingCall.Current = call;
    }

    public void Dispose()
    {
        IncomingCall.Current = _before;
        if (_ends)
            _call?.EndRequest("");
    }
}
