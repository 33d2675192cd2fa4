namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Reads the channels. One who walks through 10,000 subchannels asks for each, so a reading is kept for a moment. Thread safe.
/// </summary>
internal sealed class ChannelzReader(DiscoveryChannelFactory channels, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private ChannelzReading? _last;
    private long _moment;

    public ChannelzReading Read()
    {
        lock (_lock)
        {
            if (_last is null || time.GetElapsedTime(_moment) >= Kept)
                (_last, _moment) = (new ChannelzReading(channels.Inspect()), time.GetTimestamp());
            return _last;
        }
    }
}
