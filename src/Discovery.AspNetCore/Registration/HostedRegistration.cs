using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>One service of the host. It is registered while there is no reason against it.</summary>
internal sealed partial class HostedRegistration(
    string service, ServiceRegistrationOptions options, Func<IServiceRegistry> registry, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IReadOnlyList<ServiceInstance> _instances = [];
    private volatile IReadOnlyList<IServiceRegistration> _current = [];
    private volatile UnregisteredReasons _reasons = options.Readiness.Enabled
        ? UnregisteredReasons.Starting | UnregisteredReasons.Unhealthy
        : UnregisteredReasons.Starting;

    public string Service => service;

    public ServiceRegistrationOptions Options => options;

    public UnregisteredReasons Reasons => _reasons;

    /// <summary>Empty while there is a reason against it.</summary>
    public IReadOnlyList<IServiceRegistration> Current => _current;

    /// <summary>The server accepts now.</summary>
    public Task StartAsync(IReadOnlyList<ServiceInstance> instances, CancellationToken cancellationToken)
    {
        _instances = instances;
        return RestoreAsync(UnregisteredReasons.Starting, cancellationToken);
    }

    /// <summary>Deregisters, if it is registered, and waits until that is done.</summary>
    public async Task WithdrawAsync(UnregisteredReasons reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _reasons |= reason;
            if (_current.Count == 0)
                return;
            LogWithdrawing(logger, service, reason);
            await Task.WhenAll(_current.Select(r => r.DisposeAsync().AsTask())).ConfigureAwait(false);
            _current = [];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes a reason back, and registers, without waiting for that, if it was the last one.</summary>
    public async Task RestoreAsync(UnregisteredReasons reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _reasons &= ~reason;
            if (_reasons != UnregisteredReasons.None || _current.Count > 0)
                return;
            _current = [.. _instances.Select(registry().Register)];
            if (reason != UnregisteredReasons.Starting)
                LogReturning(logger, service);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
