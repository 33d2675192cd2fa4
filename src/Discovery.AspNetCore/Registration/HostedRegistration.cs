using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>One service of the host: registered while nothing speaks against it.</summary>
internal sealed partial class HostedRegistration(
    string service, ServiceRegistrationOptions options, Func<IServiceRegistry> registry, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IReadOnlyList<ServiceInstance> _instances = [];
    private volatile IReadOnlyList<IServiceRegistration> _current = [];
    private volatile Withdrawal _withdrawn = options.Readiness.Enabled ? Withdrawal.Starting | Withdrawal.Unhealthy : Withdrawal.Starting;

    public string Service => service;

    public ServiceRegistrationOptions Options => options;

    public Withdrawal Withdrawn => _withdrawn;

    /// <summary>Empty while it is withdrawn.</summary>
    public IReadOnlyList<IServiceRegistration> Current => _current;

    /// <summary>The server accepts now.</summary>
    public Task StartAsync(IReadOnlyList<ServiceInstance> instances, CancellationToken cancellationToken)
    {
        _instances = instances;
        return RestoreAsync(Withdrawal.Starting, cancellationToken);
    }

    /// <summary>Deregisters, if it is registered, and waits until that is done.</summary>
    public async Task WithdrawAsync(Withdrawal reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _withdrawn |= reason;
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
    public async Task RestoreAsync(Withdrawal reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _withdrawn &= ~reason;
            if (_withdrawn != Withdrawal.None || _current.Count > 0)
                return;
            _current = [.. _instances.Select(registry().Register)];
            if (reason != Withdrawal.Starting)
                LogReturning(logger, service);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
