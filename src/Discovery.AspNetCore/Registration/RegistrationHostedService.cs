using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Registers the host's services once its port accepts, and on shutdown first takes them out of the registry, then waits
/// until clients have seen it, then tells the handlers, and only then lets the server stop, which sends GOAWAY and waits for what
/// still runs.
/// </summary>
internal sealed partial class RegistrationHostedService(
    HostRegistrations registrations, DrainState drain, IOptions<HostOptions> host, IServiceProvider provider,
    ILogger<RegistrationHostedService> logger) : IHostedLifecycleService
{
    private List<BackgroundLoop> _readiness = [];

    // What the host lacks is found here, so that it fails before it takes calls.
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (registrations.All.Count > 0)
            _ = HostRegistrations.RegistryOf(provider);
        foreach (var service in registrations.All)
        {
            if (service.Options.DrainTime >= host.Value.ShutdownTimeout)
                throw Wrong(service, nameof(service.Options.DrainTime), $"is {service.Options.DrainTime}. Make it shorter than "
                    + $"HostOptions.ShutdownTimeout, which is {host.Value.ShutdownTimeout}, or that longer: "
                    + "running calls get what is left of it.");
            if (service.Options.Readiness.Enabled && !ReadinessWatch.IsPossible(provider))
                throw Wrong(
                    service, nameof(service.Options.Readiness),
                    "is enabled, but there are no health checks. Call services.AddHealthChecks().");
        }

        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Every instance is worked out before any is registered: a host that can't start leaves nothing behind.
        var addresses = provider.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var planned = registrations.All
            .Select(s => (Service: s, Instances: AdvertisedInstances.From(s.Service, s.Options, addresses))).ToList();
        foreach (var (service, instances) in planned)
        {
            if (instances.Count == 0)
                LogNothingToRegister(logger, service.Service);
            await service.StartAsync(instances, cancellationToken).ConfigureAwait(false);
        }

        _readiness = [.. registrations.All.Where(s => s.Options.Readiness.Enabled)
            .Select(s => BackgroundLoop.Start(new ReadinessWatch(s, provider, logger).RunAsync))];
        var awaited = registrations.All.Where(s => s.Options.WaitUntilRegistered).SelectMany(s => s.Current);
        await Task.WhenAll(awaited.Select(r => WaitUntilSettledAsync(r, cancellationToken))).ConfigureAwait(false);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drainTime = registrations.All.Where(s => s.Current.Count > 0).Select(s => s.Options.DrainTime).DefaultIfEmpty().Max();
        // A host that is told to hurry hurries: the token is its shutdown timeout.
        await registrations.StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_readiness.Select(l => l.StopAsync())).ConfigureAwait(false);
        if (drainTime > TimeSpan.Zero)
        {
            LogDraining(logger, drainTime.TotalMilliseconds);
            await Task.Delay(drainTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (await drain.BeginAsync().ConfigureAwait(false) is { } exception)
            LogDrainingFailed(logger, exception);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // One that an operator has paused is as it shall be.
    private static async Task WaitUntilSettledAsync(IServiceRegistration registration, CancellationToken cancellationToken)
    {
        await foreach (var state in registration.ReadStatesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (state is RegistrationState.Registered or RegistrationState.Paused)
                return;
        }
    }

    private static OptionsValidationException Wrong(HostedRegistration service, string option, string problem) =>
        new(service.Service, typeof(ServiceRegistrationOptions),
            [$"{nameof(ServiceRegistrationOptions)}.{option} of service '{service.Service}' {problem}"]);
}
