using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>
/// Makes the channels of a process and shares them: one per target and options. Closes them when it is disposed. Thread safe.
/// </summary>
public sealed class DiscoveryChannelFactory : IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HandlerSettings, SharedHandler> _handlers = [];
    private readonly HandlerFactory _factory;
    private readonly IOptionsFactory<DiscoveryChannelOptions> _defaults;
    private readonly ILoggerFactory _loggerFactory;
    private ServiceProvider? _ownServices;
    private bool _disposed;

    internal DiscoveryChannelFactory(
        HandlerFactory factory, IOptionsFactory<DiscoveryChannelOptions> defaults, ILoggerFactory loggerFactory)
    {
        _factory = factory;
        _defaults = defaults;
        _loggerFactory = loggerFactory;
    }

    /// <summary>Makes a factory without a service container.</summary>
    /// <param name="configure">Says where endpoints come from: <c>o => o.UseEtcd("http://127.0.0.1:2379")</c>.</param>
    /// <returns>The factory. Dispose it at the end of the process.</returns>
    public static DiscoveryChannelFactory Create(Action<DiscoveryChannelFactoryBuilder>? configure = null)
    {
        var builder = new DiscoveryChannelFactoryBuilder();
        configure?.Invoke(builder);
        var services = builder.Services.BuildServiceProvider();
        var factory = services.GetRequiredService<DiscoveryChannelFactory>();
        factory._ownServices = services;
        return factory;
    }

    /// <summary>The channel to a target. Nothing is connected before its first call.</summary>
    /// <param name="target">
    /// <c>etcd:///user</c>, <c>etcd://cluster/user</c>, <c>memory:///user</c>, <c>static:///10.0.0.1:80,10.0.0.2:80</c>,
    /// <c>dns:///host:80</c> or <c>host:80</c>. A host without a port has port 80, or 443 under TLS.
    /// </param>
    /// <param name="configure">
    /// Changes the options for this channel. Interceptors that were added to a client in a container have no say here.
    /// </param>
    /// <returns>A channel that shares its connections with all others to the same target with equal options.</returns>
    /// <exception cref="ArgumentException">The target or an option is wrong; the message shows the right form.</exception>
    /// <exception cref="OptionsValidationException">An option for all channels is wrong; the message says which and what to do.</exception>
    /// <exception cref="InvalidOperationException">The target's registry is not configured; the message says how to.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    public DiscoveryChannel CreateChannel(string target, Action<DiscoveryChannelOptions>? configure = null)
    {
        var options = _defaults.Create(Options.DefaultName);
        configure?.Invoke(options);
        return Open(target, options);
    }

    /// <summary>
    /// A client of the channel to a target. Its connections stay open until the factory is disposed; to close them earlier, make a client
    /// of a <see cref="CreateChannel"/>.
    /// </summary>
    /// <typeparam name="TClient">A generated client, for example <c>User.UserClient</c>.</typeparam>
    /// <param name="target">As for <see cref="CreateChannel"/>.</param>
    /// <param name="configure">Changes the options for its channel.</param>
    /// <returns>A new client of the shared channel.</returns>
    /// <exception cref="ArgumentException">The target or an option is wrong; the message shows the right form.</exception>
    /// <exception cref="OptionsValidationException">An option for all channels is wrong; the message says which and what to do.</exception>
    /// <exception cref="InvalidOperationException">The target's registry is not configured; the message says how to.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    public TClient CreateClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        string target, Action<DiscoveryChannelOptions>? configure = null)
        where TClient : ClientBase<TClient> =>
        (TClient)Activator.CreateInstance(typeof(TClient), CreateChannel(target, configure).CreateCallInvoker())!;

    /// <summary>
    /// A handler that sends each request to an endpoint of the target, whatever its host: for a <c>GrpcChannel</c>, an
    /// <see cref="HttpClient"/> or a proxy of your own. The scheme of their addresses does not matter either; the options decide about TLS.
    /// Not to be wrapped around a <see cref="DiscoveryChannel"/>, which has one.
    /// </summary>
    /// <param name="target">As for <see cref="CreateChannel"/>.</param>
    /// <param name="configure">
    /// Changes the options for its connections and balancing. Those that concern calls have no say: interceptors, gzip, wait-for-ready,
    /// message sizes, call credentials, and of the service config all but the balancing.
    /// </param>
    /// <returns>A handler that shares its connections with all others to the same target with equal options. To be disposed.</returns>
    /// <exception cref="ArgumentException">The target or an option is wrong; the message shows the right form.</exception>
    /// <exception cref="OptionsValidationException">An option for all channels is wrong; the message says which and what to do.</exception>
    /// <exception cref="InvalidOperationException">The target's registry is not configured; the message says how to.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    public HttpMessageHandler CreateHandler(string target, Action<DiscoveryChannelOptions>? configure = null)
    {
        var options = _defaults.Create(Options.DefaultName);
        configure?.Invoke(options);
        return CreateHandler(target, options);
    }

    /// <summary>What the open channels of this factory know: for a page, a console, a support bundle. Costs calls nothing.</summary>
    /// <returns>The targets of the channels, sorted; a target once for each group of channels with equal settings.</returns>
    public IReadOnlyList<TargetInspection> Inspect()
    {
        SharedHandler[] open;
        lock (_lock)
            open = [.. _handlers.Values];
        return [.. open.Select(TargetInspection.Of).OrderBy(static target => target.Target, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Counts calls and their durations per endpoint from now on, for <see cref="EndpointInspection.Calls"/>. Each call then costs a
    /// little more: it is observed to its end, as <c>least_request</c> does.
    /// </summary>
    public void CountCalls() => _factory.Counting.Begin();

    /// <summary>Closes all channels. Calls that run are cancelled.</summary>
    public void Dispose()
    {
        CloseAll();
        _ownServices?.Dispose();
    }

    /// <summary>Closes all channels and waits until the watches behind them have ended. Calls that run are cancelled.</summary>
    /// <returns>A task that completes then.</returns>
    public async ValueTask DisposeAsync()
    {
        CloseAll();
        if (_ownServices is not null)
            await _ownServices.DisposeAsync().ConfigureAwait(false);
    }

    internal DiscoveryChannel Open(string target, DiscoveryChannelOptions options)
    {
        var settings = SettingsOf(target, options);
        lock (_lock)
        {
            var shared = Share(settings);
            try
            {
                var calls = new CallSettings(options);
                var channels = shared.ChannelsFor(calls, (handler, calls) => ChannelFactory.Open(handler, calls, _loggerFactory));
                return new DiscoveryChannel(
                    shared, ChannelFactory.InvokerOf(
                        channels.Invoker, options), ChannelCredentialsReader.Read(calls.Credentials).HasCallCredentials, Release);
            }
            catch
            {
                Release(shared);
                throw;
            }
        }
    }

    internal HttpMessageHandler CreateHandler(string target, DiscoveryChannelOptions options)
    {
        var settings = SettingsOf(target, options);
        lock (_lock)
            return new HandlerLease(Share(settings), Release);
    }

    /// <summary>Channels of another maker over a handler of this factory, under the service config of its target.</summary>
    internal ConfiguredChannels Configured(string target, DiscoveryChannelOptions options, Func<ServiceConfig, GrpcChannel> open)
    {
        var settings = SettingsOf(target, options);
        lock (_lock)
            return Share(settings).Add(shared => new ConfiguredChannels(shared.ServiceConfig, open));
    }

    internal HandlerSettings SettingsOf(string target, DiscoveryChannelOptions options)
    {
        var parsed = DiscoveryTarget.Parse(target, _factory.CustomSchemes);
        return new DiscoveryChannelOptionsValidator(_factory.Policies).Validate(name: null, options) is { Failed: true } result
            ? throw new ArgumentException(result.FailureMessage)
            : new HandlerSettings(parsed, options);
    }

    private SharedHandler Share(HandlerSettings settings)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_handlers.TryGetValue(settings, out var shared))
        {
            shared = _factory.Create(settings);
            _handlers.Add(settings, shared);
        }

        shared.Users++;
        return shared;
    }

    private void Release(SharedHandler shared)
    {
        lock (_lock)
        {
            if (--shared.Users > 0 || !_handlers.Remove(shared.Settings))
                return;
        }

        shared.Dispose();
    }

    private void CloseAll()
    {
        List<SharedHandler> open;
        lock (_lock)
        {
            _disposed = true;
            open = [.. _handlers.Values];
            _handlers.Clear();
        }

        foreach (var shared in open)
            shared.Dispose();
    }
}
