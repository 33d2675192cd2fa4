using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>
/// Registers the host's services once its port accepts, and on shutdown first takes them out of the registry, then waits
/// until clients have seen it, and only then lets the server stop.
/// </summary>
internal sealed partial class RegistrationHostedService(
    IEnumerable<RegisteredService> services,
    IOptionsMonitor<ServiceRegistrationOptions> options,
    IServiceProvider provider,
    ILogger<RegistrationHostedService> logger) : IHostedLifecycleService
{
    private readonly List<(IServiceRegistration Registration, TimeSpan DrainTime)> _registrations = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked for here so that a host that can't register fails before it takes calls.
        _ = Registry();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Every instance is worked out before any is registered: a host that can't start leaves nothing behind.
        var addresses = provider.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var planned = services.Select(s => s.Name).Distinct(StringComparer.Ordinal)
            .Select(name => (Instance: InstanceOf(name, addresses), options.Get(name).DrainTime)).ToList();

        foreach (var (instance, drainTime) in planned)
        {
            if (instance is not null)
                _registrations.Add((Registry().Register(instance), drainTime));
        }

        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_registrations.Count == 0)
            return;

        await Task.WhenAll(_registrations.Select(r => r.Registration.DisposeAsync().AsTask())).ConfigureAwait(false);
        var drainTime = _registrations.Max(r => r.DrainTime);
        LogDraining(logger, drainTime.TotalMilliseconds);
        // A host that is told to hurry hurries: the token is its shutdown timeout.
        await Task.Delay(drainTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private ServiceInstance? InstanceOf(string service, ICollection<string> addresses)
    {
        var settings = options.Get(service);
        if (AdvertisedEndpoint.From(addresses, service, settings) is { } endpoint)
            return new ServiceInstance(service, endpoint, settings.Id);
        LogNothingToRegister(logger, service);
        return null;
    }

    private IServiceRegistry Registry() => provider.GetService<IServiceRegistry>() ?? throw new InvalidOperationException(
        "AddServiceRegistration needs a registry: call services.AddEtcdDiscovery(...) or services.AddInMemoryDiscovery() too.");
}

/// <summary>That the host registers a service of this name.</summary>
internal sealed record RegisteredService(string Name);
