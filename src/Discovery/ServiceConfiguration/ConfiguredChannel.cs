using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// A channel under a service config that can change: the calls go over one channel of grpc-dotnet at a time, which is replaced where only
/// a new one can do what the new config says.
/// </summary>
internal sealed partial class ConfiguredChannel : IDisposable
{
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<CountedChannel> _open = [];
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServiceConfigSettings _settings;
    private readonly Func<ServiceConfig, OpenChannel> _openChannel;
    private readonly IServiceConfigSource? _source;
    private readonly ILogger _logger;
    private readonly BackgroundLoop? _loop;
    private volatile ConfigVersion _current;
    private ReadOnlyMemory<byte>? _last;
    private bool _isAway;
    private bool _disposed;

    /// <param name="settings">The config at the start, and what it takes to read others.</param>
    /// <param name="source">Where others come from; null if the first one stays.</param>
    /// <param name="openChannel">Makes a channel of grpc-dotnet.</param>
    /// <param name="logger">Where to log to.</param>
    public ConfiguredChannel(
        ServiceConfigSettings settings, IServiceConfigSource? source, Func<ServiceConfig, OpenChannel> openChannel, ILogger logger)
    {
        _settings = settings;
        _source = source;
        _openChannel = openChannel;
        _logger = logger;
        _last = settings.FirstJson;
        _current = new ConfigVersion(settings.First, Open(settings.First));
        Invoker = source is null && settings.First.Methods.IsEmpty ? _current.Channel.Invoker : new ConfiguredInvoker(Enter);
        if (source is not null)
            _loop = BackgroundLoop.Start(FollowAsync);
    }

    public CallInvoker Invoker { get; }

    public ConnectivityState State => _current.Channel.Channel.State;

    /// <summary>How many channels of grpc-dotnet there are: the current one, and those whose last calls are still running.</summary>
    internal int OpenChannels
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Connects, and waits until it is, and until the first config is known if that was asked for.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_settings.WaitForFirst)
            await _answered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        var version = Enter();
        try
        {
            // Waited for from outside as well: grpc-dotnet does not see the token while it waits for the first answer.
            await version.Channel.Channel.ConnectAsync(cancellationToken).Observed().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            version.Channel.Leave();
        }
    }

    /// <summary>Closes it. Calls that run are cancelled.</summary>
    public void Dispose()
    {
        _loop?.Stop();
        List<CountedChannel> open;
        lock (_lock)
        {
            _disposed = true;
            open = [.. _open];
        }

        open.ForEach(channel => channel.Close());
        _answered.TrySetException(new ObjectDisposedException(_settings.Target));
        _ = _answered.Task.Observed();
    }

    private ConfigVersion Enter()
    {
        while (true)
        {
            var current = _current;
            // It fails only for one that was replaced between these two lines.
            if (current.Channel.TryEnter())
                return current;
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var reading in _source!.FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            OnTrouble(reading.Problem);
            if (reading.Json is { } json && !(_last is { } last && last.Span.SequenceEqual(json.Span)))
            {
                _last = json;
                await OnNewAsync(json, cancellationToken).ConfigureAwait(false);
            }

            if (reading.IsAnswer)
                _answered.TrySetResult();
        }
    }

    private void OnTrouble(string? problem)
    {
        if (problem is not null && !_isAway)
            LogAway(_logger, _settings.Target, _source!.Name, problem);
        else if (problem is null && _isAway)
            LogBack(_logger, _settings.Target, _source!.Name);
        _isAway = problem is not null;
    }

    private async Task OnNewAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        try
        {
            await UseAsync(_settings.Reader.Read(json), cancellationToken).ConfigureAwait(false);
            _settings.Metrics.Applied(_source!.Name);
            LogApplied(_logger, _settings.Target, _source.Name);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Not only what the reader refuses: whatever is wrong with one version, the loop must be there for the next.
            _settings.Metrics.Refused(_source!.Name);
            LogRefused(_logger, _settings.Target, _source.Name, e.Message);
        }
    }

    private async Task UseAsync(ServiceConfigDocument document, CancellationToken cancellationToken)
    {
        var before = _current;
        if (JsonNode.DeepEquals(document.ChannelPart, before.Document.ChannelPart))
        {
            _current = new ConfigVersion(document, before.Channel);
            return;
        }

        var channel = Open(document);
        if (before.Channel.Channel.State != ConnectivityState.Idle)
            await channel.Channel.ConnectAsync(cancellationToken).Observed().WaitAsync(ConnectBound, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // In this order: whoever finds the old one closed must find the new one here.
        _current = new ConfigVersion(document, channel);
        before.Channel.Retire();
    }

    private CountedChannel Open(ServiceConfigDocument document)
    {
        var channel = new CountedChannel(_openChannel(document.ToGrpc(_settings.DefaultPolicy)), isCounting: _source is not null, Forget);
        lock (_lock)
        {
            if (!_disposed)
            {
                _open.Add(channel);
                return channel;
            }
        }

        channel.Close();
        throw new ObjectDisposedException(_settings.Target);
    }

    private void Forget(CountedChannel channel)
    {
        lock (_lock)
            _open.Remove(channel);
    }
}
