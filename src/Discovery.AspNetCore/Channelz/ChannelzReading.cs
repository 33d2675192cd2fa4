namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// The channels at one moment, by the ids of channelz. Those are unique over all kinds: of three successive numbers one is a channel's, one
/// a subchannel's and one a socket's.
/// </summary>
internal sealed class ChannelzReading
{
    private const int Kinds = 3;

    private readonly Dictionary<long, TargetInspection> _channels;
    private readonly Dictionary<long, EndpointInspection> _endpoints = [];

    public ChannelzReading(IReadOnlyList<TargetInspection> targets)
    {
        Channels = [.. targets.OrderBy(static target => target.Id)];
        _channels = targets.ToDictionary(static target => target.Id);
        foreach (var endpoint in targets.SelectMany(static target => target.Endpoints))
            _endpoints[endpoint.Id] = endpoint;
    }

    /// <summary>By their ids.</summary>
    public IReadOnlyList<TargetInspection> Channels { get; }

    public static long IdOf(TargetInspection channel) => channel.Id * Kinds;

    public static long IdOf(EndpointInspection subchannel) => (subchannel.Id * Kinds) + 1;

    public static long SocketIdOf(EndpointInspection subchannel) => (subchannel.Id * Kinds) + 2;

    public TargetInspection? Channel(long id) => id % Kinds == 0 ? _channels.GetValueOrDefault(id / Kinds) : null;

    public EndpointInspection? Subchannel(long id) => id % Kinds == 1 ? _endpoints.GetValueOrDefault(id / Kinds) : null;

    /// <summary>There is one while there is a connection.</summary>
    public EndpointInspection? Socket(long id) =>
        id % Kinds == 2 && _endpoints.GetValueOrDefault(id / Kinds) is { IsConnected: true } endpoint ? endpoint : null;
}
