using System.Diagnostics;

namespace Interceptors;

/// <summary>
/// The server in telemetry: from a channel's target, never from a connection. Host and port of an address; the whole target where its
/// scheme names no host.
/// </summary>
internal sealed class ServerAddress
{
    private readonly string _address;
    private readonly object? _port;

    /// <param name="target">What the channel calls: <c>https://user:443</c>, <c>etcd:///user</c>.</param>
    public ServerAddress(string target)
    {
        if (Uri.TryCreate(target, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            (_address, _port) = (uri.Host, uri.Port);
        else
            _address = target;
        Tags = _port is null
            ? [new(RpcTelemetry.ServerAddress, _address)]
            : [new(RpcTelemetry.ServerAddress, _address), new(RpcTelemetry.ServerPort, _port)];
    }

    public IReadOnlyList<KeyValuePair<string, object?>> Tags { get; }

    public void AddTo(ref TagList tags)
    {
        tags.Add(RpcTelemetry.ServerAddress, _address);
        if (_port is not null)
            tags.Add(RpcTelemetry.ServerPort, _port);
    }

    public void AddTo(Activity span)
    {
        span.SetTag(RpcTelemetry.ServerAddress, _address);
        span.SetTag(RpcTelemetry.ServerPort, _port);
    }
}
