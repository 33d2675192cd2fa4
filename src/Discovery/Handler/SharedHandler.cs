namespace Interceptors.Discovery;

/// <summary>A handler and the service config of its target, open until the last of those who share them has closed.</summary>
internal sealed class SharedHandler(
    HandlerSettings settings, DiscoveryHandler handler, ServiceConfigFollower serviceConfig)
    : IDisposable
{
    private readonly Dictionary<CallSettings, ConfiguredChannels> _channels = [];
    private readonly List<ConfiguredChannels> _others = [];
    private static long _lastId;

    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public HandlerSettings Settings => settings;

    public DiscoveryHandler Handler => handler;

    public ServiceConfigFollower ServiceConfig => serviceConfig;

    /// <summary>How many have it open. Counted under the lock of the factory.</summary>
    public int Users { get; set; }

    /// <summary>The channels for these settings, made at the first call. Under the lock of the factory.</summary>
    public ConfiguredChannels ChannelsFor(CallSettings calls, Func<SharedHandler, CallSettings, ConfiguredChannels> create)
    {
        if (!_channels.TryGetValue(calls, out var channels))
            _channels.Add(calls, channels = create(this, calls));
        return channels;
    }

    /// <summary>Adds channels that are closed with this. Under the lock of the factory.</summary>
    public ConfiguredChannels Add(Func<SharedHandler, ConfiguredChannels> create)
    {
        var channels = create(this);
        _others.Add(channels);
        return channels;
    }

    /// <summary>Cancels what runs, and closes the connections.</summary>
    public void Dispose()
    {
        serviceConfig.Dispose();
        foreach (var channels in _channels.Values.Concat(_others))
            channels.Dispose();
        handler.Dispose();
    }
}
