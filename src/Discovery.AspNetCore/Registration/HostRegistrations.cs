using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>All services of the host.</summary>
internal sealed class HostRegistrations : IHostRegistrations, IDisposable
{
    private volatile bool _isStopping;

    public HostRegistrations(
        IEnumerable<RegisteredService> services, FollowedOptions options, IServiceProvider provider, ILogger<HostRegistrations> logger)
    {
        All = [.. services.Select(s => s.Name).Distinct(StringComparer.Ordinal)
            .Select(name => new HostedRegistration(name, options.Of(name), () => RegistryOf(provider), logger))];
        foreach (var service in All)
            options.Follow(service.Service, service.DescribeAsync);
    }

    public IReadOnlyList<HostedRegistration> All { get; }

    public IReadOnlyList<IServiceRegistration> Current => [.. All.SelectMany(s => s.Current)];

    /// <summary>From the first moment of the shutdown.</summary>
    public bool IsStopping => _isStopping;

    public Task PauseAsync(string? service = null, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Of(service).Select(s => s.WithdrawAsync(UnregisteredReasons.Paused, cancellationToken)));

    public Task ResumeAsync(string? service = null, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Of(service).Select(s => s.RestoreAsync(UnregisteredReasons.Paused, cancellationToken)));

    public Task UpdateAsync(InstanceUpdate update, string? service = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Task.WhenAll(Of(service).Select(s => s.UpdateAsync(update, cancellationToken)));
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        return Task.WhenAll(All.Select(s => s.WithdrawAsync(UnregisteredReasons.Stopping, cancellationToken)));
    }

    public void Dispose()
    {
        foreach (var service in All)
            service.Dispose();
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IServiceRegistry RegistryOf(IServiceProvider provider) =>
        provider.GetService<IServiceRegistry>() ?? throw new InvalidOperationException(
            "AddServiceRegistration needs a registry: call services.AddEtcdDiscovery(...) or services.AddInMemoryDiscovery() too.");

    private List<HostedRegistration> Of(string? service)
    {
        var found = All.Where(s => service is null || s.Service == service).ToList();
        return found.Count > 0 || service is null ? found : throw new ArgumentException(
            $"'{service}' is not a service of this host, which registers {string.Join(", ", All.Select(s => $"'{s.Service}'"))}.",
            nameof(service));
    }
}

/// <summary>That the host registers a service of this name.</summary>
internal sealed record RegisteredService(string Name);
