using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>One service of the host. It is registered while there is no reason against it.</summary>
internal sealed partial class HostedRegistration(
    string service, ServiceRegistrationOptions options, Func<IServiceRegistry> registry, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IReadOnlyList<ServiceInstance> _instances = [];
    private ServiceRegistrationOptions _described = options;
    private InstanceUpdate _update = new();
    private volatile IReadOnlyList<IServiceRegistration> _current = [];
    private volatile UnregisteredReasons _reasons = options.Readiness.Enabled
        ? UnregisteredReasons.Starting | UnregisteredReasons.Unhealthy
        : UnregisteredReasons.Starting;

    public string Service => service;

    /// <summary>As they were at the start: where it is registered does not change while it runs.</summary>
    public ServiceRegistrationOptions Options { get; } = options;

    public UnregisteredReasons Reasons => _reasons;

    /// <summary>Empty while there is a reason against it.</summary>
    public IReadOnlyList<IServiceRegistration> Current => _current;

    /// <summary>The server accepts now.</summary>
    public Task StartAsync(IReadOnlyList<ServiceInstance> instances, CancellationToken cancellationToken)
    {
        _instances = instances;
        return RestoreAsync(UnregisteredReasons.Starting, cancellationToken);
    }

    /// <summary>
    /// Takes over what other options say about weight, zone, version, tags and metadata. Waits until the registry has it.
    /// </summary>
    public Task DescribeAsync(ServiceRegistrationOptions described) =>
        ChangeAsync(() => _described = described, CancellationToken.None);

    /// <summary>Changes what is said, over whatever the options say. Waits until the registry has it.</summary>
    public Task UpdateAsync(InstanceUpdate update, CancellationToken cancellationToken) =>
        ChangeAsync(() => _update = _update.Then(update), cancellationToken);

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
            _current = [.. _instances.Select(instance => registry().Register(Described(instance)))];
            if (reason != UnregisteredReasons.Starting)
                LogReturning(logger, service);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        List<Task> updates;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            change();
            updates = [.. _current.Zip(_instances, (registration, instance) => (Registration: registration, New: Described(instance)))
                .Where(pair => !pair.Registration.Instance.Endpoint.Equals(pair.New.Endpoint))
                .Select(pair => pair.Registration.UpdateAsync(pair.New.Endpoint.Metadata, cancellationToken))];
        }
        finally
        {
            _gate.Release();
        }

        // Outside of the gate: an etcd that is away must not keep the host from deregistering.
        if (updates.Count > 0)
            LogChanging(logger, service);
        await Task.WhenAll(updates).ConfigureAwait(false);
    }

    private ServiceInstance Described(ServiceInstance instance)
    {
        var isTls = instance.Endpoint.Metadata.GetValueOrDefault(EndpointMetadata.Scheme) == "grpcs";
        var metadata = _update.ApplyTo(AdvertisedMetadata.From(_described, isTls));
        return new ServiceInstance(service, new DiscoveryEndpoint(instance.Endpoint.Host, instance.Endpoint.Port, metadata), instance.Id);
    }
}
