namespace Interceptors.Discovery;

/// <summary>What share of its calls an endpoint takes while it warms up.</summary>
internal sealed class SlowStart(SlowStartOptions options, TimeProvider time)
{
    public const int FullShare = 1000;

    private readonly List<(BalancedEndpoint Endpoint, long Since)> _warming = [];

    public bool IsAnyWarming => _warming.Count > 0;

    /// <summary>How often shares change: in steps that nobody notices.</summary>
    public TimeSpan Step { get; } = TimeSpan.FromTicks(Math.Clamp(
        options.Window.Ticks / 100, TimeSpan.FromMilliseconds(10).Ticks, TimeSpan.FromSeconds(1).Ticks));

    public void Begin(BalancedEndpoint endpoint)
    {
        End(endpoint);
        _warming.Add((endpoint, time.GetTimestamp()));
        endpoint.WarmShare = ShareAfter(TimeSpan.Zero);
    }

    public void End(BalancedEndpoint endpoint)
    {
        if (endpoint.WarmShare == FullShare)
            return;
        endpoint.WarmShare = FullShare;
        _warming.RemoveAll(w => ReferenceEquals(w.Endpoint, endpoint));
    }

    /// <summary>Brings all shares up to now.</summary>
    public void Advance()
    {
        for (var i = _warming.Count - 1; i >= 0; i--)
        {
            var (endpoint, since) = _warming[i];
            endpoint.WarmShare = ShareAfter(time.GetElapsedTime(since));
            endpoint.Set?.Change(endpoint);
            if (endpoint.WarmShare == FullShare)
                _warming.RemoveAt(i);
        }
    }

    private int ShareAfter(TimeSpan elapsed)
    {
        var share = Math.Pow(Math.Clamp(elapsed / options.Window, 0, 1), 1 / options.Aggression);
        return Math.Max((int)(share * FullShare), options.MinWeightPercent * FullShare / 100);
    }
}
