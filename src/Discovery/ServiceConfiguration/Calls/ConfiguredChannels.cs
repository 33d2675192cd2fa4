using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Interceptors.Discovery;

/// <summary>The GrpcChannel under the service config in force, made anew where only a new one can follow it.</summary>
internal sealed class ConfiguredChannels : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ServiceConfigFollower _config;
    private readonly Func<ServiceConfig, GrpcChannel> _open;

    // Closing one cancels its calls, so those before stay until the end; they hold nothing but their calls.
    private readonly List<WeakReference<GrpcChannel>> _before = [];
    private volatile ConfiguredChannel _current;
    private bool _isClosed;

    public ConfiguredChannels(ServiceConfigFollower config, Func<ServiceConfig, GrpcChannel> open)
    {
        _config = config;
        _open = open;
        _current = Open(config.Current);
        Invoker = !config.CanChange && config.Current.Methods.IsEmpty ? _current.Invoker : new ConfiguredInvoker(Current);
    }

    public CallInvoker Invoker { get; }

    /// <summary>Cancels all calls.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _current.Channel.Dispose();
            foreach (var before in _before)
            {
                if (before.TryGetTarget(out var channel))
                    channel.Dispose();
            }
        }
    }

    private ConfiguredChannel Current() =>
        _current is var current && ReferenceEquals(current.Document, _config.Current) ? current : Renew();

    private ConfiguredChannel Renew()
    {
        lock (_lock)
        {
            var next = _config.Current;
            if (_isClosed || ReferenceEquals(_current.Document, next))
                return _current;
            if (_current.CanFollow(next))
                return _current = _current with { Document = next };
            _before.RemoveAll(static before => !before.TryGetTarget(out _));
            _before.Add(new WeakReference<GrpcChannel>(_current.Channel));
            return _current = Open(next);
        }
    }

    private ConfiguredChannel Open(ServiceConfigDocument document)
    {
        var channel = _open(document.ToGrpc());
        return new ConfiguredChannel(document, channel, channel.CreateCallInvoker(), new LimitedMethods());
    }
}
