namespace Interceptors.Discovery;

/// <summary>Whether the calls of a factory's channels are counted. Off until somebody wants to see them.</summary>
internal sealed class CallCounting
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    public void Begin() => _isOn = true;
}
