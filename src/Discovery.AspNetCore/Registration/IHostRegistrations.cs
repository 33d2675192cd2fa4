namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// The services that this host registers, for operators: taken out of the registry and put back while the server runs. A service
/// and its readiness (<see cref="ReadinessOptions"/>) decide together: it is registered while it is neither paused nor unhealthy.
/// Comes with <c>AddServiceRegistration</c>. Thread safe.
/// </summary>
public interface IHostRegistrations
{
    /// <summary>What is registered, or being registered, now. Without services that are paused, unhealthy or stopping.</summary>
    IReadOnlyList<IServiceRegistration> Current { get; }

    /// <summary>
    /// Takes services out of the registry, and keeps them out until <see cref="ResumeAsync"/>. The server goes on serving whoever
    /// still calls it. Does nothing more for a service that is paused already.
    /// </summary>
    /// <param name="service">The service. Default: null, all of the host.</param>
    /// <param name="cancellationToken">Ends the waiting before it has begun to deregister.</param>
    /// <returns>A task that completes when they are deregistered, as by <see cref="IAsyncDisposable.DisposeAsync"/> of
    /// <see cref="IServiceRegistration"/>.</returns>
    /// <exception cref="ArgumentException">The host has no such service; the message names those that it has.</exception>
    Task PauseAsync(string? service = null, CancellationToken cancellationToken = default);

    /// <summary>Registers services again that were paused.</summary>
    /// <param name="service">The service. Default: null, all of the host.</param>
    /// <param name="cancellationToken">Ends the waiting before it has begun to register.</param>
    /// <returns>A task that completes when registering has begun; <see cref="Current"/> tells how it goes.</returns>
    /// <exception cref="ArgumentException">The host has no such service; the message names those that it has.</exception>
    Task ResumeAsync(string? service = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes weight, zone or tags of services while the server runs; clients keep their connections. It holds until the process ends,
    /// over what the configuration says now or later; a later update adds to it.
    /// </summary>
    /// <param name="update">What changes.</param>
    /// <param name="service">The service. Default: null, all of the host.</param>
    /// <param name="cancellationToken">Ends the waiting; once begun, the update is made all the same.</param>
    /// <returns>A task that completes when the registry has taken it, at once for services that are not registered now.</returns>
    /// <exception cref="ArgumentException">The host has no such service; the message names those that it has.</exception>
    Task UpdateAsync(InstanceUpdate update, string? service = null, CancellationToken cancellationToken = default);
}
