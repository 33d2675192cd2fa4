using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery;

/// <summary>
/// Registers instances in etcd, each under a lease of its own that is kept alive while the process lives. Thread safe.
/// </summary>
public sealed partial class EtcdServiceRegistry : IServiceRegistry, IAsyncDisposable, IDisposable
{
    private readonly EtcdClient _client;
    private readonly bool _ownsClient;
    private readonly ILogger _logger;
    private readonly ServiceFormats _format;
    private readonly Lock _lock = new();
    private readonly HashSet<EtcdRegistration> _registrations = [];
    private bool _disposed;

    /// <summary>Makes a registry. Nothing is sent before the first <see cref="Register"/>.</summary>
    /// <param name="options">How to reach etcd. Not to be changed afterwards.</param>
    /// <param name="loggerFactory">Where to log to. Default: nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is wrong; the message says which
    /// and what to do.</exception>
    public EtcdServiceRegistry(EtcdOptions options, ILoggerFactory? loggerFactory = null)
        : this(EtcdConnection.Open(options, loggerFactory), ownsClient: true, loggerFactory)
    {
    }

    internal EtcdServiceRegistry(EtcdClient client, bool ownsClient, ILoggerFactory? loggerFactory)
    {
        _client = client;
        _ownsClient = ownsClient;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EtcdServiceRegistry>();
        _format = new ServiceFormats(client.Options);
    }

    /// <summary>Told of each registration when it begins, to follow its state.</summary>
    internal Action<IServiceRegistration>? OnRegister { get; set; }

    /// <inheritdoc/>
    /// <remarks>
    /// Disposing the handle removes the key and waits until etcd has done so, at most
    /// <see cref="EtcdOptions.RequestTimeout"/>; if it can't be reached, the key goes when its lease ends.
    /// </remarks>
    public IServiceRegistration Register(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ThrowIfRegistered(instance);
            WarnOfLoopback(instance);
            var registration = new EtcdRegistration(_client, _format, instance, Forget, _logger);
            _registrations.Add(registration);
            OnRegister?.Invoke(registration);
            return registration;
        }
    }

    /// <summary>Deregisters everything, like <see cref="DisposeAsync"/>, and blocks until that is done.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>
    /// Deregisters everything and waits until etcd has done so, at most
    /// <see cref="EtcdOptions.RequestTimeout"/>.
    /// </summary>
    /// <returns>A task that completes then. Never fails because etcd is away.</returns>
    public async ValueTask DisposeAsync()
    {
        List<EtcdRegistration> left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _registrations];
        }

        await Task.WhenAll(left.Select(r => r.DisposeAsync().AsTask())).ConfigureAwait(false);
        if (_ownsClient)
            _client.Dispose();
    }

    // Two that keep one key would take it from each other for ever; two keys of one address are one endpoint said twice.
    private void ThrowIfRegistered(ServiceInstance instance)
    {
        foreach (var other in _registrations)
        {
            if (other.Instance.Service == instance.Service
                && (other.Instance.Id == instance.Id || other.Instance.Endpoint.Address == instance.Endpoint.Address))
            {
                throw new InvalidOperationException(
                    $"{instance} can't be registered while {other.Instance} is. "
                    + "Dispose that registration first, or give another id and address.");
            }
        }
    }

    private void WarnOfLoopback(ServiceInstance instance)
    {
        if (IsLoopback(instance.Endpoint.Host) && !_client.Options.Endpoints.Any(endpoint => IsLoopback(new Uri(endpoint).IdnHost)))
            LogLoopback(_logger, instance);
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    private void Forget(EtcdRegistration registration)
    {
        lock (_lock)
            _registrations.Remove(registration);
    }
}
