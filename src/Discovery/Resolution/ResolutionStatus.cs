namespace Interceptors.Discovery;

/// <summary>What a channel was told last, for messages to people.</summary>
internal sealed class ResolutionStatus
{
    private volatile string _last = "discovery has not answered yet";

    public string Last
    {
        get => _last;
        set => _last = value;
    }
}
